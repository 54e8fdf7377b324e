"""What a search finds an invoice by, and the name it goes by."""

from crm.db.folding import fold, sought_in
from crm.db.fulltext import forget_texts, index_texts
from crm.db.transaction import Transaction
from crm.documents.invoice import Invoice, find_invoice, get_invoice
from crm.records.keys import sort_key

SEARCH = "invoices_search"
MOST_SOUGHT = 10_000


def index_invoice(tx: Transaction, invoice_id: int) -> Invoice:
    """By number, title, the client's name and the titles of its lines. Returns it with its name."""
    invoice = get_invoice(tx, invoice_id)
    name = invoice.invoice_number or f"#{invoice.id}"
    titles = " ".join(line.title or "" for line in invoice.lines)[:MOST_SOUGHT]
    texts = (name, invoice.title or "", invoice.client_name or "", titles)
    found = sought_in(*texts)
    sought = " ".join(part for part in (fold(name), fold(titles), found.words) if part)
    client_key = sort_key(invoice.client_name or "")
    tx.run(
        """
        UPDATE invoices
           SET name = :name, name_key = :name_key, client_key = :client_key, sought = :sought,
               joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :invoice_id
        """,
        invoice_id=invoice_id,
        name=name,
        name_key=sort_key(name),
        client_key=client_key,
        sought=sought,
        joined=found.joined,
    )
    forget_texts(tx, SEARCH, invoice_id)
    index_texts(tx, SEARCH, invoice_id, sort_key(invoice.title or ""), client_key, sought, found.joined)
    invoice.name = name
    return invoice


def index_invoices_of(tx: Transaction, client_id: int) -> None:
    rows = tx.all(
        """
        SELECT id
          FROM invoices
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND deleted_at IS NULL
        """,
        client_id=client_id,
    )
    for row in rows:
        index_invoice(tx, row["id"])


def rebuild_invoice(tx: Transaction, invoice_id: int) -> None:
    """Its place in the search; the version stays."""
    forget_texts(tx, SEARCH, invoice_id)
    invoice = find_invoice(tx, invoice_id)
    if invoice is not None and invoice.deleted_at is None:
        index_invoice(tx, invoice_id)
