"""Filters and orders of the list of quotes, as SQL."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.conditions import with_conditions
from crm.accounts.zones import span_of_days
from crm.db.bounds import bound_parts
from crm.db.list_parts import Condition, Listed, Part, Searched, Sort, column_part
from crm.db.search_query import parse_query
from crm.db.transaction import Transaction
from crm.documents.fields import State
from crm.documents.quote import quote_columns, today_of
from crm.fields import MAX_ID
from crm.money import Amount, as_stored
from crm.records.conditions.grammar import FilterText
from crm.records.seen import only_seen, seen_parts
from crm.records.tags import tagged_part
from crm.time_fields import Day

NOBODY = 0
COLUMN_FILTERS = ("client_id", "lead_id", "owner_id", "state", "currency")


class QuoteFilter(BaseModel):
    """The filters of a list of quotes; bounds are inclusive, and `deleted` lists the trash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str | None = Field(default=None, max_length=200, description="Words of number, title and client")
    client_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    lead_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    owner_id: int | None = Field(default=None, ge=0, le=MAX_ID, description="0: quotes without an owner")
    state: State | None = None
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    expired: bool | None = Field(default=None, description="Sent, and valid no longer")
    tag: str | None = Field(default=None, min_length=1, max_length=50)
    total_from: Amount | None = None
    total_to: Amount | None = None
    created_from: Day | None = None
    created_to: Day | None = None
    updated_from: Day | None = None
    updated_to: Day | None = None
    filter: FilterText | None = None
    deleted: bool = False


SORTS = {
    "created_at": Sort(("q.id",), (int,), moment="q.created_at"),
    "updated_at": Sort(("q.updated_at", "q.id"), (str, int)),
    "quote_number": Sort(("q.number_key", "q.id"), (str, int)),
    "title": Sort(("q.title_key", "q.id"), (str, int)),
    "total": Sort(("q.total_minor", "q.id"), (int, int)),
    "state": Sort(("q.state", "q.id"), (str, int)),
    "valid_until": Sort(("COALESCE(q.valid_until, '')", "q.id"), (str, int), optional="q.valid_until"),
    "deleted_at": Sort(("q.deleted_at", "q.id"), (str, int), of_trash=True),
}
TEXTS = "(q.title_key || ' ' || q.client_key || ' ' || q.sought)"
OWN_TEXTS = "(q.title_key || ' ' || q.number_key)"
SEEN_CLIENT = """(q.client_id IS NULL OR EXISTS (
                    SELECT 1 FROM clients sought
                     WHERE sought.workspace_id = :workspace_id AND sought.id = q.client_id {seen}))"""
QUOTES = Listed(
    table="quotes", alias="q", shown="q.id", texts=TEXTS, joined="q.joined", sorts=SORTS, erasable=True
)


def quotes_shown(tx: Transaction) -> Listed:
    """With everything that a page shows. A search finds no quote by the name of a client who is hidden."""
    shown, seen = quote_columns(tx), only_seen(tx, "client", "sought")
    if not seen:
        return replace(QUOTES, shown=shown)
    named = SEEN_CLIENT.format(seen=seen)
    return replace(
        QUOTES,
        shown=shown,
        texts=f"CASE WHEN {named} THEN {TEXTS} ELSE {OWN_TEXTS} END",
        joined=f"CASE WHEN {named} THEN q.joined ELSE '' END",
    )


def filter_parts(tx: Transaction, wanted: QuoteFilter) -> list[Part] | None:
    """The filters that are set; None when one cannot match anything."""
    parts: list[Part] = []
    if wanted.q is not None and wanted.q.strip():
        query = parse_query(wanted.q)
        if query is None:
            return None
        parts.append(Searched(query))
    if wanted.tag is not None:
        tagged = tagged_part(tx, "quote", wanted.tag)
        if tagged is None:
            return None
        parts.append(tagged)
    held = {name: getattr(wanted, name) for name in COLUMN_FILTERS}
    given = {name: value for name, value in held.items() if value is not None}
    if given.get("owner_id") == NOBODY:
        given["owner_id"] = None
    parts += [column_part(QUOTES, name, value) for name, value in given.items()]
    parts += seen_parts(tx, "quote", "q")
    parts += _expiry(tx, wanted) + _bounds(tx, wanted)
    return with_conditions(tx, "quote", "q", wanted.filter, parts)


def _expiry(tx: Transaction, wanted: QuoteFilter) -> list[Part]:
    if wanted.expired is None:
        return []
    over = "q.state = 'sent' AND q.valid_until IS NOT NULL AND q.valid_until < :expired_on"
    sql = over if wanted.expired else f"NOT ({over})"
    return [Condition(sql, {"expired_on": today_of(tx)}, drives=False)]


def _bounds(tx: Transaction, wanted: QuoteFilter) -> list[Part]:
    """Stored amounts are whole numbers: at most one means below the next. Days are the actor's."""
    totals = (wanted.total_from, wanted.total_to)
    least, most = (None if bound is None else as_stored(bound) for bound in totals)
    created, updated = (wanted.created_from, wanted.created_to), (wanted.updated_from, wanted.updated_to)
    return [
        *bound_parts("q.total_minor", "total", least, None if most is None else most + 1),
        *bound_parts("q.created_at", "created", *span_of_days(tx, *created)),
        *bound_parts("q.updated_at", "updated", *span_of_days(tx, *updated)),
    ]
