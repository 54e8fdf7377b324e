"""Lists of invoices: filtered, sorted, searched, in keyset pages."""

from crm.catalogue.days_in_stock import workspace_today
from crm.db.keyset import Page
from crm.db.list_pages import count_list, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction
from crm.documents.invoice import NAMES, InvoiceInList, in_list
from crm.documents.invoice_filters import InvoiceFilter, filter_parts, invoices_shown

SUGGESTIONS = 5
OWN = len(NAMES)


def list_invoices(
    tx: Transaction, wanted: InvoiceFilter, *, sort: str | None = None, limit: int, cursor: str | None = None
) -> Page[InvoiceInList]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        invoices_shown(tx),
        filter_parts(tx, wanted),
        in_list,
        width=OWN,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
        today=workspace_today(tx).isoformat(),
    )


def count_invoices(tx: Transaction, wanted: InvoiceFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many invoices such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, invoices_shown(tx), filter_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_invoices(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[InvoiceInList]:
    return list_invoices(tx, InvoiceFilter(q=text), limit=limit).rows
