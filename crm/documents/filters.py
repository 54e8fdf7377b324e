"""Filters and orders of the list of quotes."""

from pydantic import Field

from crm.db.list_parts import Condition, Listed, Part, Sort
from crm.db.transaction import Transaction
from crm.documents.document_list import DocumentFilter, document_sorts, document_texts
from crm.documents.fields import State
from crm.documents.quote import today_of
from crm.fields import MAX_ID

SAME = ("client_id", "lead_id", "owner_id", "state", "currency")


class QuoteFilter(DocumentFilter):
    """The filters of a list of quotes; bounds are inclusive, and `deleted` lists the trash."""

    lead_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    state: State | None = None
    expired: bool | None = Field(default=None, description="Sent, and valid no longer")


SORTS = document_sorts(
    "q",
    "quote_number",
    "number_key",
    valid_until=Sort(("COALESCE(q.valid_until, '')", "q.id"), (str, int), optional="q.valid_until"),
)
QUOTES = Listed(
    table="quotes",
    alias="q",
    shown="q.id",
    texts=document_texts("q"),
    joined="q.joined",
    sorts=SORTS,
    erasable=True,
)


def own_parts(tx: Transaction, wanted: QuoteFilter) -> list[Part]:
    if wanted.expired is None:
        return []
    over = "q.state = 'sent' AND q.valid_until IS NOT NULL AND q.valid_until < :expired_on"
    sql = over if wanted.expired else f"NOT ({over})"
    return [Condition(sql, {"expired_on": today_of(tx)}, drives=False)]
