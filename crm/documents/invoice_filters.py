"""Filters and orders of the list of invoices, as SQL."""

from dataclasses import replace
from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.zones import span_of_days
from crm.catalogue.days_in_stock import workspace_today
from crm.db.bounds import bound_parts
from crm.db.list_parts import Condition, Listed, Part, Searched, Sort, column_part
from crm.db.search_query import parse_query
from crm.db.transaction import Transaction
from crm.db.values import Params
from crm.documents.invoice import invoice_columns
from crm.documents.invoice_fields import InvoiceState, InvoiceType
from crm.fields import MAX_ID
from crm.money import Amount, as_stored
from crm.records.conditions.grammar import FilterText
from crm.records.seen import only_seen, seen_parts
from crm.records.tags import tagged_part
from crm.time_fields import Day

NOBODY = 0
COLUMN_FILTERS = ("client_id", "quote_id", "deal_id", "owner_id", "type", "state", "currency")


class InvoiceFilter(BaseModel):
    """The filters of a list of invoices; bounds are inclusive, and `deleted` lists the trash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(default=None, max_length=200, description="Words of number, title and client")
    client_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    quote_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    deal_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    owner_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: invoices without an owner")
    type: InvoiceType | None = None
    state: InvoiceState | None = None
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    overdue: bool | None = Field(default=None, description="Something is open after the day it was due")
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    total_from: Amount | None = None
    total_to: Amount | None = None
    issued_from: Day | None = None
    issued_to: Day | None = None
    due_from: Day | None = None
    due_to: Day | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    filter: FilterText | None = None
    deleted: bool = False


SORTS = {
    "created_at": Sort(("i.id",), (int,), moment="i.created_at"),
    "updated_at": Sort(("i.updated_at", "i.id"), (str, int)),
    "name": Sort(("i.name_key", "i.id"), (str, int)),
    "title": Sort(("i.title_key", "i.id"), (str, int)),
    "total": Sort(("i.total_minor", "i.id"), (int, int)),
    "open": Sort(("i.open_minor", "i.id"), (int, int)),
    "state": Sort(("i.state", "i.id"), (str, int)),
    "issued_on": Sort(("COALESCE(i.issued_on, '')", "i.id"), (str, int), optional="i.issued_on"),
    "due_on": Sort(("COALESCE(i.due_on, '')", "i.id"), (str, int), optional="i.due_on"),
    "deleted_at": Sort(("i.deleted_at", "i.id"), (str, int), of_trash=True),
}
TEXTS = "(i.title_key || ' ' || i.client_key || ' ' || i.sought)"
OWN_TEXTS = "(i.title_key || ' ' || i.name_key)"
SEEN_CLIENT = """(i.client_id IS NULL OR EXISTS (
                    SELECT 1 FROM clients sought
                     WHERE sought.workspace_id = :workspace_id AND sought.id = i.client_id {seen}))"""
INVOICES = Listed(table="invoices", alias="i", shown="i.id", texts=TEXTS, joined="i.joined", sorts=SORTS)


def invoices_shown(tx: Transaction) -> Listed:
    """With everything that a page shows. A search finds no invoice by the name of a client who is hidden."""
    shown, seen = invoice_columns(tx), only_seen(tx, "client", "sought")
    if not seen:
        return replace(INVOICES, shown=shown)
    named = SEEN_CLIENT.format(seen=seen)
    return replace(
        INVOICES,
        shown=shown,
        texts=f"CASE WHEN {named} THEN {TEXTS} ELSE {OWN_TEXTS} END",
        joined=f"CASE WHEN {named} THEN i.joined ELSE '' END",
    )


def filter_parts(tx: Transaction, wanted: InvoiceFilter) -> list[Part] | None:
    """The filters that are set; None when one cannot match anything."""
    parts: list[Part] = []
    if wanted.q is not None and wanted.q.strip():
        query = parse_query(wanted.q)
        if query is None:
            return None
        parts.append(Searched(query))
    if wanted.tag is not None:
        tagged = tagged_part(tx, "invoice", wanted.tag)
        if tagged is None:
            return None
        parts.append(tagged)
    held = {name: getattr(wanted, name) for name in COLUMN_FILTERS}
    given = {name: value for name, value in held.items() if value is not None}
    if given.get("owner_id") == NOBODY:
        given["owner_id"] = None
    parts += [column_part(INVOICES, name, value) for name, value in given.items()]
    parts += seen_parts(tx, "invoice", "i")
    parts += _overdue(tx, wanted) + _bounds(tx, wanted)
    return with_conditions(tx, "invoice", "i", wanted.filter, parts)


def _overdue(tx: Transaction, wanted: InvoiceFilter) -> list[Part]:
    if wanted.overdue is None:
        return []
    over = "i.due_on < :overdue_on AND i.state IN ('open', 'partly_paid')"
    today: Params = {"overdue_on": workspace_today(tx).isoformat()}
    if wanted.overdue:
        return [Condition(over, today, by_id=False, column="i.due_on")]
    return [Condition(f"NOT COALESCE({over}, FALSE)", today, drives=False)]


def _days(first: date | None, last: date | None) -> tuple[str | None, str | None]:
    """Below the day after the last one."""
    below = last + timedelta(days=1) if last else None
    return first.isoformat() if first else None, below.isoformat() if below else None


def _bounds(tx: Transaction, wanted: InvoiceFilter) -> list[Part]:
    """Stored amounts are whole numbers: at most one means below the next. Days are the actor's."""
    totals = (wanted.total_from, wanted.total_to)
    least, most = (None if bound is None else as_stored(bound) for bound in totals)
    created, updated = (wanted.created_from, wanted.created_to), (wanted.updated_from, wanted.updated_to)
    return [
        *bound_parts("i.total_minor", "total", least, None if most is None else most + 1),
        *bound_parts("i.issued_on", "issued", *_days(wanted.issued_from, wanted.issued_to)),
        *bound_parts("i.due_on", "due", *_days(wanted.due_from, wanted.due_to)),
        *bound_parts("i.created_at", "created", *span_of_days(tx, *created)),
        *bound_parts("i.updated_at", "updated", *span_of_days(tx, *updated)),
    ]
