"""The QR code by which a bank's app reads a SEPA credit transfer: EPC069-12, version 002, UTF-8."""

from decimal import Decimal
from io import BytesIO

from crm.documents.invoice import Invoice
from crm.documents.invoice_parties import Party
from crm.when_used import WhenUsed

segno = WhenUsed("segno")

LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
MOST_BYTES, MOST_VERSION = 331, 13
LONGEST_NAME, LONGEST_PURPOSE = 70, 140
MARGIN = 4
"""Modules of white around the code, as ISO/IEC 18004 asks."""


def payment_text(invoice: Invoice, seller: Party, amount: float) -> str | None:
    """What the code says, one element a line; None where no transfer of the amount can be asked for: of a
    draft or a credit note, in other currencies than EUR, without an IBAN, or out of the guideline's bounds.
    """
    exact = Decimal(str(amount))
    if invoice.state == "draft" or invoice.type == "credit_note" or invoice.currency != "EUR":
        return None
    if not seller["iban"] or not seller["legal_name"] or not LEAST <= exact <= MOST:
        return None
    name = seller["legal_name"][:LONGEST_NAME].strip()
    while len(text := _elements(invoice, seller, exact, name).encode()) > MOST_BYTES:
        name = name[:-1].strip()
    return text.decode()


def _elements(invoice: Invoice, seller: Party, amount: Decimal, name: str) -> str:
    """Neither a purpose code nor a structured reference: the number of the invoice is the remittance."""
    return "\n".join(
        [
            "BCD",
            "002",
            "1",
            "SCT",
            seller["bic"] or "",
            name,
            seller["iban"],
            f"EUR{amount:.2f}",
            "",
            "",
            invoice.name[:LONGEST_PURPOSE],
        ]
    )


def payment_picture(text: str) -> str:
    """As SVG, at error correction level M and no other."""
    code = segno.make_qr(text, error="m", boost_error=False, encoding="utf-8", mode="byte")
    if int(code.version) > MOST_VERSION:
        raise ValueError("the payment code is too long")
    drawn = BytesIO()
    code.save(
        drawn,
        kind="svg",
        xmldecl=False,
        nl=False,
        border=MARGIN,
        scale=4,
        omitsize=True,
        dark="#000",
        light="#fff",
    )
    return drawn.getvalue().decode()
