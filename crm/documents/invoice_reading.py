"""What of an invoice is read as a whole: its document, the code by which it is paid, its e-invoice."""

from typing import Any

import orjson

from crm.accounts.workspaces import get_workspace
from crm.db.transaction import Transaction
from crm.documents.company import get_company
from crm.documents.company_fields import EUROPEAN_UNION
from crm.documents.e_invoice import e_invoice_terms
from crm.documents.invoice import Invoice, get_invoice
from crm.documents.invoice_parties import Parties, find_parties
from crm.documents.payment_code import payment_text
from crm.documents.printed_invoice import print_invoice
from crm.documents.sender import with_logo
from crm.errors import Conflict, NotFound

EUROPE = EUROPEAN_UNION | {"NO", "IS", "LI", "CH", "GB"}
"""Where invoices are written by EN 16931."""


def invoice_document(tx: Transaction, invoice_id: int) -> dict[str, Any]:
    """What its PDF shows: of a draft as it is now, else as it was issued. Raises NotFound."""
    invoice = get_invoice(tx, invoice_id)
    if invoice.state == "draft":
        return with_logo(tx, print_now(tx, invoice, find_parties(tx, invoice)))
    kept: dict[str, Any] = orjson.loads(
        tx.value(
            "SELECT content FROM invoices WHERE workspace_id = :workspace_id AND id = :invoice_id",
            invoice_id=invoice_id,
        )
    )
    return with_logo(tx, kept | {"e_invoice": _attached(tx, invoice)})


def has_e_invoice(tx: Transaction, invoice: Invoice) -> bool:
    """Whether its file has one inside."""
    return invoice.state != "draft" and _attached(tx, invoice) is not None


def _attached(tx: Transaction, invoice: Invoice) -> dict[str, Any] | None:
    """Its terms, where Europe's norm holds and they are complete."""
    parties = parties_of_issue(tx, invoice.id)
    if parties.seller["country"] not in EUROPE:
        return None
    try:
        return e_invoice_terms(invoice, parties)
    except Conflict:
        return None


def get_e_invoice(tx: Transaction, invoice_id: int) -> tuple[str, dict[str, Any]]:
    """The number of the invoice and the terms of its e-invoice. Raises NotFound, and Conflict saying what
    is missing.
    """
    invoice = get_invoice(tx, invoice_id)
    if invoice.state == "draft":
        raise Conflict("A draft has no e-invoice. Issue it first.")
    return invoice.name, e_invoice_terms(invoice, parties_of_issue(tx, invoice_id))


def payment_code_of(tx: Transaction, invoice_id: int) -> str:
    """The text of the code by which what is open now is paid. Raises NotFound where there is none."""
    invoice = get_invoice(tx, invoice_id)
    text = find_payment_code(tx, invoice)
    if text is None:
        raise NotFound("This invoice has no payment code.")
    return text


def find_payment_code(tx: Transaction, invoice: Invoice) -> str | None:
    if invoice.state == "draft":
        return None
    return payment_text(invoice, parties_of_issue(tx, invoice.id).seller, invoice.open)


def parties_of_issue(tx: Transaction, invoice_id: int) -> Parties:
    """As they were when it was issued."""
    kept = tx.value(
        "SELECT parties FROM invoices WHERE workspace_id = :workspace_id AND id = :invoice_id",
        invoice_id=invoice_id,
    )
    return Parties(**orjson.loads(kept))


def print_now(tx: Transaction, invoice: Invoice, parties: Parties) -> dict[str, Any]:
    return print_invoice(invoice, parties, get_company(tx), get_workspace(tx))
