"""A deal as it is read."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any

import orjson

from crm.catalogue.costs import sees_costs
from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.custom_fields.schema import described
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.money import as_major
from crm.records.seen import name_of, only_seen
from crm.records.skeleton import Skeleton, live
from crm.records.tags import tags_in, tags_of

FIELDS = (
    "deal_number", "state", "client_id", "vehicle_id", "lead_id", "salesperson_id", "currency", "lines",
    "trade_ins", "notes", "cancel_reason", "tags",
)  # fmt: skip
MOVED = ("approved_by", "approved_at", "delivered_at", "cancelled_at", "returned_at", "return_reason")
DEAL_RECORD = Skeleton(
    "deal", "deals", Sentence("deal"), FIELDS, known_by="deal_number", customized=True, moved=MOVED
)


@dataclass
class Line:
    title: str
    quantity: int | float
    unit_price: int | float
    taxable: bool = True
    product_id: int | None = None
    tax_rate: int | float | None = None


@dataclass
class TradeIn:
    """`vehicle_id` is the vehicle in stock that it became on delivery."""

    year: int
    make: str
    model: str
    vin: str | None
    mileage: int | None
    mileage_unit: str
    allowance: int | float
    payoff: int | float
    vehicle_id: int | None


# Neither frozen nor slotted, as a lead is not: lists make many of them.
@dataclass
class Deal:
    """Amounts are in major units of `currency`, and of the active scenario: `total` is its price with extras
    and tax, less rebates; `gross_front` and `gross_back` are None to those who may not see them. The fields
    are in the order of `deal_columns`.
    """

    id: int
    deal_number: str
    state: str
    client_id: int | None
    client_name: str | None
    vehicle_id: int | None
    vehicle_name: str | None
    lead_id: int | None
    lead_title: str | None
    salesperson_id: int | None
    salesperson_name: str | None
    currency: str
    total: int | float
    gross_front: int | float | None
    gross_back: int | float | None
    lines: list[Line]
    trade_ins: list[TradeIn]
    notes: str | None
    cancel_reason: str | None
    approved_by: int | None
    approved_at: str | None
    delivered_at: str | None
    cancelled_at: str | None
    returned_at: str | None
    return_reason: str | None
    tags: list[str]
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None
    custom: Annotated[dict[str, Any], described("deal")]


def deal_columns(tx: Transaction) -> str:
    return _columns(
        name_of(tx, "client", "d.client_id", "client"),
        name_of(tx, "vehicle", "d.vehicle_id", "vehicle"),
        name_of(tx, "lead", "d.lead_id", "lead"),
    )


@cache
def _columns(client_name: str, vehicle_name: str, lead_title: str) -> str:
    return f"""
       d.id, d.deal_number, d.state, d.client_id, {client_name} AS client_name,
       d.vehicle_id, {vehicle_name} AS vehicle_name, d.lead_id, {lead_title} AS lead_title,
       d.salesperson_id,
       (SELECT seller.name FROM users seller
         WHERE seller.workspace_id = :workspace_id AND seller.id = d.salesperson_id) AS salesperson_name,
       d.currency, d.total_minor, d.gross_front_minor, d.gross_back_minor,
       (SELECT json_array(d.lines, json_group_array(json_array(p.place, p.product_id)))
          FROM deal_products p
         WHERE p.workspace_id = :workspace_id AND p.deal_id = d.id) AS lines,
       (SELECT json_group_array(json_array(t.year, t.make, t.model, t.vin, t.mileage, t.mileage_unit,
                                           t.allowance_minor, t.payoff_minor, t.vehicle_id) ORDER BY t.place)
          FROM deal_trade_ins t
         WHERE t.workspace_id = :workspace_id AND t.deal_id = d.id) AS trade_ins,
       d.notes, d.cancel_reason, d.approved_by, d.approved_at, d.delivered_at, d.cancelled_at, d.returned_at,
       d.return_reason, {tags_of("deal", "d.id")} AS tags, d.version, d.created_at, d.updated_at,
       d.deleted_at, d.custom
"""


COLUMN = {each.name: place for place, each in enumerate(fields(Deal))}
COLUMNS = len(COLUMN)


def deal_of(row: tuple[Any, ...], *, with_gross: bool, custom: CustomFields) -> Deal:
    """From a row of `deal_columns`."""
    deal = Deal(*row)
    deal.custom = custom.values_in(row[COLUMN["custom"]])
    deal.total = as_major(row[COLUMN["total"]])
    deal.gross_front = as_major(row[COLUMN["gross_front"]]) if with_gross else None
    deal.gross_back = as_major(row[COLUMN["gross_back"]]) if with_gross else None
    deal.tags = tags_in(row[COLUMN["tags"]])
    deal.lines = _lines_of(row[COLUMN["lines"]])
    deal.trade_ins = [_trade_in_of(each) for each in orjson.loads(row[COLUMN["trade_ins"]])]
    return deal


def _lines_of(text: str) -> list[Line]:
    """What is kept of each line, and the product of those that are of one, by their place."""
    lines, products = orjson.loads(text)
    of_place = dict(products)
    kept = enumerate(orjson.loads(lines))
    return [Line(**{**line, "product_id": of_place.get(place)}) for place, line in kept]


def _trade_in_of(row: list[Any]) -> TradeIn:
    row[6:8] = map(as_major, row[6:8])
    return TradeIn(*row)


def find_deal(tx: Transaction, deal_id: int) -> Deal | None:
    """The deal, live or in the trash."""
    rows = tx.tuples(
        f"""
        SELECT {deal_columns(tx)}
          FROM deals d
         WHERE d.workspace_id = :workspace_id
           AND d.id = :deal_id
           AND d.erased_at IS NULL
           {only_seen(tx, "deal", "d")}
        """,
        deal_id=deal_id,
    )
    if not rows:
        return None
    return deal_of(rows[0], with_gross=sees_costs(tx), custom=custom_fields_of(tx, "deal"))


def get_deal(tx: Transaction, deal_id: int) -> Deal:
    """Raises NotFound if it does not exist, belongs to another workspace or is in the trash."""
    return live(DEAL_RECORD, find_deal(tx, deal_id))
