"""Deleting and restoring drafts of invoices. What was issued is never deleted."""

from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.documents.invoice import INVOICE_RECORD, Invoice, find_invoice, get_invoice
from crm.documents.invoice_index import SEARCH, index_invoice
from crm.documents.invoices import refuse_issued
from crm.records.skeleton import in_trash, refuse_stale
from crm.records.tombstones import bury, unbury


def delete_invoice(tx: Transaction, invoice_id: int, *, expected_version: int | None = None) -> None:
    """Put the draft into the trash. Raises NotFound, Stale, and Conflict for one that was issued."""
    invoice = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, invoice, expected_version)
    refuse_issued(invoice)
    forget_texts(tx, SEARCH, invoice_id)
    bury(tx, INVOICE_RECORD, invoice)


def restore_invoice(tx: Transaction, invoice_id: int, *, expected_version: int | None = None) -> Invoice:
    """Take a draft out of the trash. Raises NotFound unless it is there, and Stale."""
    old = in_trash(INVOICE_RECORD, find_invoice(tx, invoice_id))
    refuse_stale(INVOICE_RECORD, old, expected_version)
    unbury(tx, INVOICE_RECORD, old)
    return index_invoice(tx, invoice_id)
