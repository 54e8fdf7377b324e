"""Credit notes: they take back an issued invoice, whole or in part, under a number of their own."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from crm.db.transaction import Transaction
from crm.documents.credit_limits import refuse_beyond_rates
from crm.documents.deductions import refuse_taken_off
from crm.documents.fields import LongText
from crm.documents.invoice import INVOICE_RECORD, Invoice, get_invoice, invoice_facts
from crm.documents.invoice_fields import InvoiceLines
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoice_values import new_invoice_values
from crm.documents.invoices import draft_invoice
from crm.documents.line_fields import MOST_LINES
from crm.documents.open_amounts import update_open
from crm.errors import Conflict, Invalid, Sentence
from crm.fields import Fields, left_out
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale

SAME = (
    "title", "client_id", "owner_id", "currency", "language", "buyer_vat_id", "buyer_reference",
    "delivered_on", "delivered_until", "prices_include_tax",
)  # fmt: skip


class CreditFields(Fields):
    """What is taken back: all of the invoice, or the given lines. A final invoice gives back what it asked
    for beyond its deposits, which stay.
    """

    most_values: ClassVar[int] = MOST_LINES * 30

    reason: LongText = Field(default=None, description="Shown above the lines")
    lines: InvoiceLines = left_out(description="Left out, the whole invoice")


def credit_invoice(
    tx: Transaction, invoice_id: int, fields: CreditFields, *, expected_version: int | None = None
) -> Invoice:
    """The credit note, issued at once. Raises NotFound, Stale, Conflict for a draft, a credit note or what
    was taken back already, and Invalid for more than is left of the invoice.
    """
    invoice = get_invoice(tx, invoice_id)
    refuse_stale(INVOICE_RECORD, invoice, expected_version)
    refuse_uncreditable(invoice)
    refuse_taken_off(tx, invoice_id, invoice_facts(invoice))
    note = draft_invoice(tx, new_invoice_values(tx, _values(invoice, fields)))
    left = round(invoice.due - invoice.credited, 4)
    if note.due > left:
        raise Invalid.field(
            "lines", Sentence("come to more than the {left} left of the invoice", left=str(left))
        )
    refuse_beyond_rates(tx, invoice, note)
    if note.total <= 0:
        raise Invalid.field("lines", "are required")
    issued = issue_invoice(tx, note.id)
    update_open(tx, invoice_id)
    told = {"credit_note": issued.name, "amount": issued.total}
    states = invoice, get_invoice(tx, invoice_id)
    record_change(tx, "invoice.credited", INVOICE_RECORD, states, facts=invoice_facts, told=told)
    return issued


def refuse_uncreditable(invoice: Invoice) -> None:
    """Raises Conflict for a draft, a credit note and what was taken back already."""
    if invoice.state == "draft":
        raise Conflict("A draft cannot be taken back by a credit note: change or delete it.")
    if invoice.type == "credit_note":
        raise Conflict("A credit note cannot be taken back. Write another invoice.")
    if invoice.state == "credited" or not invoice.total:
        raise Conflict(Sentence("Invoice {number} has been credited already.", number=invoice.name))


def _values(invoice: Invoice, fields: CreditFields) -> dict[str, Any]:
    facts: Mapping[str, Any] = invoice_facts(invoice)
    whole = "lines" not in fields.model_fields_set
    if whole and invoice.credited:
        raise Invalid.field("lines", "are required: a part of the invoice has been credited")
    off = ("discount", "discount_amount")
    return {
        **{name: facts[name] for name in SAME},
        **{name: facts[name] if whole else 0 for name in off},
        "lines": facts["lines"] if whole else [line.model_dump() for line in fields.lines],
        "type": "credit_note",
        "corrects_id": invoice.id,
        **dict.fromkeys(("quote_id", "deal_id", "footer")),
        "header": fields.reason,
        "payment_days": 0,
        "tags": [],
    }
