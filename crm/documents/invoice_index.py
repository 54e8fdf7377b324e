"""What a search finds an invoice by, and the name it goes by."""

from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.searched_texts import texts_in
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.documents.document_index import documents_of, index_document, texts_of
from crm.documents.invoice import Invoice, find_invoice, get_invoice, invoice_facts
from crm.records.keys import sort_key

SEARCH = "invoices_search"


def index_invoice(tx: Transaction, invoice_id: int) -> Invoice:
    """Returns it with its name."""
    invoice = get_invoice(tx, invoice_id)
    invoice.name = invoice.invoice_number or f"#{invoice.id}"
    texts = texts_of(invoice, invoice.name, texts_in(tx, "invoice", invoice_facts(invoice)))
    tx.run(
        """
        UPDATE invoices
           SET name = :name, name_key = :name_key, client_key = :client_key, sought = :sought,
               joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=invoice_id,
        name=invoice.name,
        name_key=sort_key(invoice.name),
        **texts,
    )
    index_document(tx, SEARCH, invoice, texts)
    return invoice


def index_invoices_of(tx: Transaction, client_id: int) -> None:
    for invoice_id in documents_of(tx, "invoices", client_id):
        index_invoice(tx, invoice_id)


def rebuild_invoice(tx: Transaction, invoice_id: int) -> None:
    """Its forms and its place in the search; the version stays."""
    forget_texts(tx, SEARCH, invoice_id)
    invoice = find_invoice(tx, invoice_id)
    if invoice is None:
        return
    rebuild_custom(tx, "invoice", invoice_id, live=invoice.deleted_at is None)
    if invoice.deleted_at is None:
        index_invoice(tx, invoice_id)
