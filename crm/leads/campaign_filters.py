"""Lists of leads by the campaign that each is counted with, its channel and ads: see `crm/attribution/`."""

from typing import Protocol

from crm.db.list_parts import Condition, Elsewhere, Part, Sort
from crm.db.values import Params
from crm.records.conditions.fields import FilterField
from crm.records.keys import sort_key

LAST = "\U0010ffff"
OTHER = 0
WHERE = "held.workspace_id = :workspace_id"
HELD = "lead_campaigns"
BY_ID = Elsewhere(HELD, "held.lead_id", WHERE, "held.campaign_id", "held.campaign_id IS NOT NULL")
BY_NAME = Elsewhere(HELD, "held.lead_id", WHERE, "held.campaign_key", "held.campaign_key IS NOT NULL")
OF_LEAD = """(SELECT held.{value}
                   FROM lead_campaigns held
                  WHERE held.workspace_id = :workspace_id
                    AND held.lead_id = l.id)"""
NAME_OF_LEAD = OF_LEAD.format(value="campaign_key")
COUNTED = """EXISTS (SELECT 1
                       FROM lead_campaigns held
                      WHERE held.workspace_id = :workspace_id
                        AND held.lead_id = l.id
                        AND +held.campaign_id = :counted_with)"""
BETWEEN = "{sign}held.campaign_key >= :named_from AND {sign}held.campaign_key < :named_to"
SO_NAMED = f"""EXISTS (SELECT 1
                         FROM lead_campaigns held
                        WHERE held.workspace_id = :workspace_id
                          AND held.lead_id = l.id
                          AND {BETWEEN.format(sign="+")})"""
BY_CHANNEL = """EXISTS (SELECT 1
                          FROM lead_campaigns lc
                          JOIN campaigns c ON c.workspace_id = lc.workspace_id AND c.id = lc.campaign_id
                         WHERE lc.workspace_id = :workspace_id
                           AND lc.lead_id = l.id
                           AND c.channel = :of_channel)"""
BY_ANY = """EXISTS (SELECT 1
                     FROM lead_campaigns lc
                    WHERE lc.workspace_id = :workspace_id
                      AND lc.lead_id = l.id
                      AND lc.campaign_id IS NOT NULL)"""
KNOWN_AD = """EXISTS (SELECT 1
                       FROM lead_campaigns lc
                       JOIN ads a ON a.workspace_id = lc.workspace_id
                                 AND a.campaign_id = lc.campaign_id
                                 AND a.platform_id = lc.ad_id
                      WHERE lc.workspace_id = :workspace_id
                        AND lc.lead_id = l.id
                        {of_one})"""
KNOWN_AD_SET = """EXISTS (SELECT 1
                       FROM lead_campaigns lc
                       JOIN ad_sets s ON s.workspace_id = lc.workspace_id AND s.campaign_id = lc.campaign_id
                       LEFT JOIN ads a ON a.workspace_id = lc.workspace_id
                                      AND a.campaign_id = lc.campaign_id
                                      AND a.platform_id = lc.ad_id
                      WHERE lc.workspace_id = :workspace_id
                        AND lc.lead_id = l.id
                        AND (s.id = a.ad_set_id OR (a.ad_set_id IS NULL AND s.platform_id = lc.ad_set_id))
                        {of_one})"""

BY_CAMPAIGN = Sort(
    (f"COALESCE({NAME_OF_LEAD}, '')", "l.id"), (str, int), elsewhere=BY_NAME, optional=NAME_OF_LEAD
)
"""By the name of the campaign."""
CAMPAIGN_FIELDS = {
    "campaign": FilterField(
        type="text",
        column="held.campaign_key",
        indexed=True,
        keys=lambda text: [sort_key(text)],
        elsewhere=BY_NAME,
        value_of=NAME_OF_LEAD,
    ),
    "campaign_id": FilterField(
        type="record",
        column="held.campaign_id",
        indexed=True,
        of="campaign",
        elsewhere=BY_ID,
        value_of=OF_LEAD.format(value="campaign_id"),
    ),
}


class ByCampaign(Protocol):
    @property
    def campaign(self) -> str | None: ...
    @property
    def campaign_id(self) -> int | None: ...
    @property
    def campaign_channel(self) -> str | None: ...
    @property
    def has_campaign(self) -> bool | None: ...
    @property
    def ad_id(self) -> int | None: ...
    @property
    def ad_set_id(self) -> int | None: ...


def campaign_parts(wanted: ByCampaign) -> list[Part]:
    parts: list[Part] = []
    if wanted.campaign_id is not None:
        counted: Params = {"counted_with": wanted.campaign_id}
        parts.append(Condition(COUNTED, counted, elsewhere=BY_ID, walked="held.campaign_id = :counted_with"))
    if wanted.campaign is not None:
        parts.append(_so_begun(sort_key(wanted.campaign)))
    if wanted.campaign_channel is not None:
        parts.append(Condition(BY_CHANNEL, {"of_channel": wanted.campaign_channel}, drives=False))
    if wanted.has_campaign is not None:
        parts.append(Condition(BY_ANY if wanted.has_campaign else f"NOT {BY_ANY}", drives=False))
    for known, alias, row_id in ((KNOWN_AD, "a", wanted.ad_id), (KNOWN_AD_SET, "s", wanted.ad_set_id)):
        if row_id is not None:
            parts.append(_of_ad(known, alias, row_id))
    return parts


def _so_begun(key: str) -> Part:
    params: Params = {"named_from": key, "named_to": key + LAST}
    return Condition(
        SO_NAMED, params, by_id=False, column=NAME_OF_LEAD, elsewhere=BY_NAME, walked=BETWEEN.format(sign="")
    )


def _of_ad(known: str, alias: str, row_id: int) -> Part:
    """By this one, or by none that is known."""
    if row_id == OTHER:
        return Condition(f"NOT {known.format(of_one='')}", drives=False)
    of_one = f"AND {alias}.id = :by_{alias}"
    return Condition(known.format(of_one=of_one), {f"by_{alias}": row_id}, drives=False)
