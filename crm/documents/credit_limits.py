"""What is left of an invoice at each way of taxing: its credit notes together take back no more of it."""

from collections import defaultdict
from decimal import Decimal

from crm.db.transaction import Transaction
from crm.documents.invoice import Invoice, get_invoice
from crm.documents.invoice_lines import CODES
from crm.errors import Invalid, Sentence

Taxing = tuple[float, str]


def refuse_beyond_rates(tx: Transaction, invoice: Invoice, note: Invoice) -> None:
    """Raises Invalid naming the first line that is taxed as nothing of the invoice, or of which too little
    is left.
    """
    left = _amounts(invoice)
    for each in _issued_notes(tx, invoice.id):
        for taxing, amount in _amounts(each).items():
            left[taxing] -= amount
    for taxing, amount in _amounts(note).items():
        if amount > left[taxing]:
            refusal = Sentence(
                "come to more than the {left} left of the invoice at {rate} % tax",
                left=f"{max(left[taxing], Decimal(0)):f}",
                rate=f"{taxing[0]:g}",
            )
            raise Invalid.field(f"lines.{_first_line(note, taxing)}", refusal)


def _amounts(invoice: Invoice) -> dict[Taxing, Decimal]:
    """In the prices as they are given: tax that is rounded in each credit note does not shift them."""
    found: dict[Taxing, Decimal] = defaultdict(Decimal)
    for each in invoice.taxes:
        amount = Decimal(str(each.net))
        if invoice.prices_include_tax:
            amount += Decimal(str(each.tax))
        found[float(each.tax_rate), CODES[each.tax_category]] += amount
    return found


def _first_line(note: Invoice, taxing: Taxing) -> int:
    rate, code = taxing
    return next(
        place
        for place, line in enumerate(note.lines)
        if line.kind == "item" and float(line.tax_rate) == rate and CODES[str(line.tax_category)] == code
    )


def _issued_notes(tx: Transaction, invoice_id: int) -> list[Invoice]:
    rows = tx.all(
        """
        SELECT id
          FROM invoices
         WHERE workspace_id = :workspace_id
           AND corrects_id = :invoice_id
           AND state <> 'draft'
         ORDER BY id
        """,
        invoice_id=invoice_id,
    )
    return [get_invoice(tx, row["id"]) for row in rows]
