"""The filters and orders of a list of campaigns, for pages and API."""

from collections.abc import Mapping
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated
from crm.campaigns.campaign import CAMPAIGN_COLUMNS
from crm.campaigns.fields import CampaignStatus, Channel
from crm.custom_fields.listing import custom_filters, sorts_with_custom
from crm.db.list_parts import Listed, Part, Sort, column_part
from crm.db.transaction import Transaction
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.conditions.grammar import FilterText
from crm.records.keys import sort_key
from crm.records.list_filters import sought_parts
from crm.records.seen import seen_parts
from crm.time_fields import Day


class CampaignFilter(BaseModel):
    """The filters of a list of campaigns; bounds are inclusive. `deleted` lists the trash.

    Created and changed are days in the actor's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(default=None, max_length=200, description="Words of the name or UTM values")
    channel: Channel | None = None
    status: CampaignStatus | None = None
    utm_campaign: str | None = Field(default=None, min_length=1, max_length=200)
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    deleted: bool = False
    filter: FilterText | None = None


CAMPAIGN_SORTS = {
    "created_at": Sort(("c.id",), (int,), moment="c.created_at"),
    "updated_at": Sort(("c.updated_at", "c.id"), (str, int)),
    "name": Sort(("c.name_order", "c.id"), (str, int)),
    "start_date": Sort(("COALESCE(c.start_date, '')", "c.id"), (str, int)),
    "budget": Sort(("COALESCE(c.budget_minor, -1)", "c.id"), (int, int)),
    "channel": Sort(("c.channel", "c.id"), (str, int)),
    "status": Sort(("c.status", "c.id"), (str, int)),
    "tags": Sort(("COALESCE(c.first_tag, '')", "c.id"), (str, int), optional="c.first_tag"),
    "deleted_at": Sort(("c.deleted_at", "c.id"), (str, int), of_trash=True),
}
CAMPAIGNS = Listed(
    table="campaigns",
    alias="c",
    shown=CAMPAIGN_COLUMNS,
    texts="(c.name_order || ' ' || c.sought)",
    joined="c.joined",
    sorts=CAMPAIGN_SORTS,
)


def campaign_sorts_for(tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
    """With those by custom fields where one is asked for."""
    return sorts_with_custom(tx, "campaign", "c", CAMPAIGN_SORTS, sort)


def campaign_parts(tx: Transaction, wanted: CampaignFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    parts = sought_parts(tx, "campaign", wanted.q, wanted.tag, filled="c.first_tag")
    if parts is None:
        return None
    for column in ("utm_campaign", "channel", "status"):
        if getattr(wanted, column) is not None:
            parts.append(column_part(CAMPAIGNS, column, getattr(wanted, column)))
    parts += [*created_and_updated(tx, "c", wanted), *seen_parts(tx, "campaign", "c")]
    return with_conditions(tx, "campaign", "c", wanted.filter, parts)


def campaign_filter_fields(tx: Transaction) -> FilterFields:
    """For `?filter=`."""
    return FIELDS | custom_filters(tx, "campaign", "c")


def _choice(name: str, values: tuple[str, ...]) -> FilterField:
    return FilterField(
        type="choice", column=f"c.{name}", indexed=True, paired=name, optional=False, values=values
    )


FIELDS: dict[str, FilterField] = {
    "name": FilterField(
        type="text",
        column="c.name_order",
        indexed=True,
        optional=False,
        keys=lambda text: [sort_key(text)],
    ),
    "channel": _choice("channel", get_args(Channel)),
    "status": _choice("status", get_args(CampaignStatus)),
    "start_date": FilterField(type="day", column="c.start_date"),
    "end_date": FilterField(type="day", column="c.end_date"),
    "budget": FilterField(type="amount", column="c.budget_minor"),
    "currency": FilterField(type="choice", column="c.currency", optional=False),
    **{
        name: FilterField(type="text", column=f"c.{name}")
        for name in ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "description")
    },
    "tags": FilterField(type="tags", column="c.first_tag"),
    "created_at": FilterField(type="moment", column="c.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="c.updated_at", indexed=True, optional=False),
}
