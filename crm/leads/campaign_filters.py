"""The filters of a list of leads by the campaign that each is counted with: see `crm/attribution/`."""

from typing import Protocol

from crm.db.list_parts import Condition, Part

COUNTED = """l.id IN (SELECT lc.lead_id
                         FROM lead_campaigns lc
                        WHERE lc.workspace_id = :workspace_id
                          AND lc.campaign_id = :counted_with)"""
BY_CHANNEL = """l.id IN (SELECT lc.lead_id
                            FROM campaigns c
                            JOIN lead_campaigns lc ON lc.workspace_id = c.workspace_id
                                                  AND lc.campaign_id = c.id
                           WHERE c.workspace_id = :workspace_id
                             AND c.channel = :of_channel)"""
BY_ANY = """EXISTS (SELECT 1
                     FROM lead_campaigns lc
                    WHERE lc.workspace_id = :workspace_id
                      AND lc.lead_id = l.id
                      AND lc.campaign_id IS NOT NULL)"""


class ByCampaign(Protocol):
    @property
    def campaign_id(self) -> int | None: ...
    @property
    def campaign_channel(self) -> str | None: ...
    @property
    def has_campaign(self) -> bool | None: ...


def campaign_parts(wanted: ByCampaign) -> list[Part]:
    parts: list[Part] = []
    if wanted.campaign_id is not None:
        parts.append(Condition(COUNTED, {"counted_with": wanted.campaign_id}, drives=False))
    if wanted.campaign_channel is not None:
        parts.append(Condition(BY_CHANNEL, {"of_channel": wanted.campaign_channel}, drives=False))
    if wanted.has_campaign is not None:
        parts.append(Condition(BY_ANY if wanted.has_campaign else f"NOT {BY_ANY}", drives=False))
    return parts
