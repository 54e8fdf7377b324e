"""Filters and orders of the list of deals, as SQL."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.day_filters import created_and_updated, day_parts
from crm.accounts.owners import owner_groups
from crm.catalogue.costs import sees_costs
from crm.custom_fields.listing import custom_filters, sorts_with_custom
from crm.db.list_parts import Condition, Listed, Part, Sort, column_among, column_part
from crm.db.transaction import Transaction
from crm.deals.deal import deal_columns
from crm.deals.deal_fields import State
from crm.fields import MAX_ID, name_key
from crm.money import Amount
from crm.records.conditions.fields import FilterField, FilterFields
from crm.records.conditions.grammar import FilterText
from crm.records.list_filters import amount_parts, sought_parts
from crm.records.seen import seen_parts
from crm.time_fields import Day

OPEN: Literal["open"] = "open"
DealState = Literal["draft", "pending", "approved", "delivered", "cancelled", "open"]
OPEN_NOW = "d.state IN ('draft', 'pending', 'approved')"


class DealFilter(BaseModel):
    """The filters of a list of deals; bounds are inclusive. `deleted` lists the trash.

    Created, changed and delivered are days in the actor's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(
        default=None, max_length=200, description="Words of number, client, vehicle and lines"
    )
    state: DealState | None = Field(default=None, description="open: draft, pending or approved")
    deal_number: str | None = Field(default=None, min_length=1, max_length=60)
    client_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    vehicle_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    lead_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    salesperson_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: nobody")
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    total_from: Amount | None = None
    total_to: Amount | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    delivered_from: Day | None = None
    delivered_to: Day | None = None
    deleted: bool = False
    filter: FilterText | None = None


SELLER_KEY = """COALESCE((SELECT named.name_key FROM users named
                           WHERE named.workspace_id = :workspace_id AND named.id = d.salesperson_id), '')"""
SORTS = {
    "created_at": Sort(("d.id",), (int,), moment="d.created_at"),
    "updated_at": Sort(("d.updated_at", "d.id"), (str, int)),
    "deal_number": Sort(("d.number_key", "d.id"), (str, int)),
    "state": Sort(("d.state", "d.id"), (str, int)),
    "client": Sort(("d.client_key", "d.id"), (str, int)),
    "vehicle": Sort(("d.vehicle_key", "d.id"), (str, int)),
    "salesperson": Sort(
        (SELLER_KEY, "d.id"),
        (str, int),
        optional="d.salesperson_id",
        groups=owner_groups("d.salesperson_id", "salesperson_id"),
    ),
    "total": Sort(("d.total_minor", "d.id"), (int, int)),
    "deleted_at": Sort(("d.deleted_at", "d.id"), (str, int), of_trash=True),
}
DEALS = Listed(
    table="deals",
    alias="d",
    shown="d.id",
    texts="(d.number_key || ' ' || d.sought)",
    joined="d.joined",
    sorts=SORTS,
)
FIELDS: dict[str, FilterField] = {
    "deal_number": FilterField(
        type="text", column="d.number_key", indexed=True, optional=False, keys=lambda text: [name_key(text)]
    ),
    "state": FilterField(
        type="choice", column="d.state", indexed=True, paired="state", optional=False, values=get_args(State)
    ),
    "client_id": FilterField(
        type="record", column="d.client_id", indexed=True, paired="client_id", of="client"
    ),
    "vehicle_id": FilterField(
        type="record", column="d.vehicle_id", indexed=True, paired="vehicle_id", of="vehicle"
    ),
    "lead_id": FilterField(type="record", column="d.lead_id", indexed=True, paired="lead_id", of="lead"),
    "salesperson_id": FilterField(
        type="record", column="d.salesperson_id", indexed=True, paired="salesperson_id", of="user"
    ),
    "total": FilterField(type="amount", column="d.total_minor", optional=False),
    "currency": FilterField(type="choice", column="d.currency", optional=False),
    "notes": FilterField(type="text", column="d.notes"),
    "delivered_at": FilterField(type="moment", column="d.delivered_at"),
    "created_at": FilterField(type="moment", column="d.created_at", indexed=True, optional=False),
    "updated_at": FilterField(type="moment", column="d.updated_at", indexed=True, optional=False),
}


def deal_filter_fields(tx: Transaction) -> FilterFields:
    """Nobody finds by conditions what they may not see."""
    gross = {
        "gross_front": FilterField(type="amount", column="d.gross_front_minor", optional=False),
        "gross_back": FilterField(type="amount", column="d.gross_back_minor", optional=False),
    }
    return FIELDS | (gross if sees_costs(tx) else {}) | custom_filters(tx, "deal", "d")


def deal_sorts_for(tx: Transaction, sort: str | None) -> Mapping[str, Sort]:
    """With those by custom fields where one is asked for."""
    return sorts_with_custom(tx, "deal", "d", SORTS, sort)


def deals_shown(tx: Transaction) -> Listed:
    """With everything that a page shows to the acting user."""
    return _showing(deal_columns(tx))


@cache
def _showing(columns: str) -> Listed:
    return replace(DEALS, shown=columns)


def filter_parts(tx: Transaction, wanted: DealFilter) -> list[Part] | None:
    """The filters that are set, the most selective first; None when one cannot match anything."""
    parts: list[Part] = []
    if wanted.deal_number is not None:
        parts.append(column_among(DEALS, "number_key", [name_key(wanted.deal_number)]))
    sought = sought_parts(tx, "deal", wanted.q, wanted.tag)
    if sought is None:
        return None
    parts += sought
    for name in ("vehicle_id", "lead_id", "client_id"):
        if getattr(wanted, name) is not None:
            parts.append(column_part(DEALS, name, getattr(wanted, name)))
    if wanted.salesperson_id is not None:
        parts.append(column_part(DEALS, "salesperson_id", wanted.salesperson_id or None))
    if wanted.state == OPEN:
        parts.append(Condition(OPEN_NOW, drives=False))
    elif wanted.state is not None:
        parts.append(column_part(DEALS, "state", wanted.state))
    parts += [*_bounds(tx, wanted), *seen_parts(tx, "deal", "d")]
    return with_conditions(tx, "deal", "d", wanted.filter, parts)


def _bounds(tx: Transaction, wanted: DealFilter) -> list[Part]:
    first, last, known = wanted.delivered_from, wanted.delivered_to, "d.delivered_at IS NOT NULL"
    return [
        *amount_parts("d.total_minor", "total", wanted.total_from, wanted.total_to),
        *created_and_updated(tx, "d", wanted),
        *day_parts(tx, "d.delivered_at", "delivered", first, last, only=known),
    ]
