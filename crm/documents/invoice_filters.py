"""Filters and orders of the list of invoices."""

from datetime import date, timedelta

from pydantic import Field

from crm.catalogue.days_in_stock import workspace_today
from crm.db.bounds import bound_parts
from crm.db.list_parts import Condition, Listed, Part, Sort
from crm.db.transaction import Transaction
from crm.db.values import Params
from crm.documents.document_list import DocumentFilter, document_sorts, document_texts
from crm.documents.invoice_fields import InvoiceState, InvoiceType
from crm.fields import MAX_ID
from crm.time_fields import Day

SAME = ("client_id", "quote_id", "deal_id", "owner_id", "type", "state", "currency")


class InvoiceFilter(DocumentFilter):
    """The filters of a list of invoices; bounds are inclusive, and `deleted` lists the trash."""

    quote_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    deal_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    type: InvoiceType | None = None
    state: InvoiceState | None = None
    overdue: bool | None = Field(default=None, description="Something is open after the day it was due")
    issued_from: Day | None = None
    issued_to: Day | None = None
    due_from: Day | None = None
    due_to: Day | None = None


SORTS = document_sorts(
    "i",
    "name",
    "name_key",
    open=Sort(("i.open_minor", "i.id"), (int, int)),
    issued_on=Sort(("COALESCE(i.issued_on, '')", "i.id"), (str, int), optional="i.issued_on"),
    due_on=Sort(("COALESCE(i.due_on, '')", "i.id"), (str, int), optional="i.due_on"),
)
INVOICES = Listed(
    table="invoices", alias="i", shown="i.id", texts=document_texts("i"), joined="i.joined", sorts=SORTS
)


def own_parts(tx: Transaction, wanted: InvoiceFilter) -> list[Part]:
    return [
        *_overdue(tx, wanted),
        *bound_parts("i.issued_on", "issued", *_days(wanted.issued_from, wanted.issued_to)),
        *bound_parts("i.due_on", "due", *_days(wanted.due_from, wanted.due_to)),
    ]


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
