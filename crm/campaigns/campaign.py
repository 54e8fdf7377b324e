"""A campaign as it is read."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Annotated, Any

import orjson

from crm.campaigns.fields import CampaignStatus, Channel
from crm.catalogue.vehicle import major
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.records.seen import only_seen
from crm.records.skeleton import Skeleton, live
from crm.records.tags import tags_of

FIELDS = (
    "name", "channel", "status", "start_date", "end_date", "budget", "currency", "utm_source", "utm_medium",
    "utm_campaign", "utm_term", "utm_content", "platform_ids", "description", "tags",
)  # fmt: skip
CAMPAIGN_RECORD = Skeleton("campaign", "campaigns", Sentence("campaign"), FIELDS, customized=True)


@dataclass
class OnPlatform:
    """`id` is what the platform calls the campaign."""

    source: str
    id: str


@dataclass
class Campaign:
    """`budget` is in major units. The fields are in the order of CAMPAIGN_COLUMNS."""

    id: int
    name: str
    channel: Channel
    status: CampaignStatus
    start_date: str | None
    end_date: str | None
    budget: int | float | None
    currency: str
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    utm_term: str | None
    utm_content: str | None
    platform_ids: list[OnPlatform]
    description: str | None
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("campaign")]


CAMPAIGN_COLUMNS = f"""
       c.id, c.name, c.channel, c.status, c.start_date, c.end_date, c.budget_minor, c.currency,
       c.utm_source, c.utm_medium, c.utm_campaign, c.utm_term, c.utm_content,
       (SELECT json_group_array(json_array(cp.source, cp.platform_id) ORDER BY cp.source, cp.platform_id)
          FROM campaign_platform_ids cp
         WHERE cp.workspace_id = :workspace_id AND cp.campaign_id = c.id) AS platform_ids,
       c.description, {tags_of("campaign", "c.id")} AS tags,
       c.version, c.created_at, c.updated_at, c.deleted_at, c.custom
"""
COLUMN = {each.name: place for place, each in enumerate(fields(Campaign))}


def campaign_reading(tx: Transaction) -> Callable[[tuple[Any, ...]], Campaign]:
    """Reads rows of CAMPAIGN_COLUMNS."""
    return partial(campaign_of, custom_fields_of(tx, "campaign"))


def campaign_of(custom: CustomFields, row: tuple[Any, ...]) -> Campaign:
    """From a row of CAMPAIGN_COLUMNS."""
    campaign = Campaign(*row)
    campaign.budget = major(row[COLUMN["budget"]])
    listed = orjson.loads(row[COLUMN["platform_ids"]])
    campaign.platform_ids = [OnPlatform(source, platform_id) for source, platform_id in listed]
    campaign.tags = orjson.loads(row[COLUMN["tags"]])
    campaign.custom = custom.values_in(row[COLUMN["custom"]])
    return campaign


def find_campaign(tx: Transaction, campaign_id: int) -> Campaign | None:
    """The campaign, live or in the trash."""
    rows = tx.tuples(
        f"""
        SELECT {CAMPAIGN_COLUMNS}
          FROM campaigns c
         WHERE c.workspace_id = :workspace_id
           AND c.id = :campaign_id
           {only_seen(tx, "campaign", "c")}
        """,
        campaign_id=campaign_id,
    )
    return campaign_reading(tx)(rows[0]) if rows else None


def get_campaign(tx: Transaction, campaign_id: int) -> Campaign:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(CAMPAIGN_RECORD, find_campaign(tx, campaign_id))
