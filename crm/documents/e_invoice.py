"""An issued invoice by the terms of EN 16931, as factur-x takes them, by their numbers in the norm (BT-1).

Amounts are text. What the norm has no place for stays out: sections, and discounts inside of prices with tax.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from crm.documents.e_invoice_lines import line_terms
from crm.documents.e_invoice_parties import buyer_terms, seller_terms
from crm.documents.invoice import Invoice
from crm.documents.invoice_lines import CODES, InvoiceTax
from crm.documents.invoice_parties import Parties
from crm.documents.invoice_words import invoice_words
from crm.documents.margin_scheme import EXEMPTION, says_margin
from crm.errors import Conflict, Sentence
from crm.money import places_of

TYPES: Mapping[str, str] = {
    "invoice": "380", "deposit": "386", "part": "326", "final": "380", "credit_note": "381",
}  # fmt: skip
"""The code list UNTDID 1001."""
SEPA_TRANSFER, TRANSFER = "58", "30"
REVERSE_CHARGE = "VATEX-EU-AE"
MOST_PLACES = 2
"""Of amounts: BR-DEC-09 to BR-DEC-28."""
Terms = dict[str, Any]


def e_invoice_terms(invoice: Invoice, parties: Parties) -> Terms:
    """Raises Conflict saying what is missing where the norm does not let it be written."""
    _refuse_incomplete(parties)
    _refuse_fine(invoice.currency)
    money = _Money(invoice.currency)
    return {
        "BT-1": invoice.name,
        "BT-2": invoice.issued_on,
        "BT-3": TYPES[invoice.type],
        "BT-5": invoice.currency,
        "BT-9": invoice.due_on,
        "BT-10": invoice.buyer_reference,
        **_delivery(invoice),
        "BG-1": [{"BT-22": text} for text in (invoice.title, invoice.header, invoice.footer) if text],
        "BG-3": _earlier(invoice),
        "BG-4": seller_terms(parties.seller),
        "BG-7": buyer_terms(parties.buyer or {}, invoice.buyer_vat_id),
        **_payment(invoice, parties),
        "BG-25": list(line_terms(invoice)),
        **_allowances(invoice, money),
        "BG-23": [_tax(invoice, each, money) for each in invoice.taxes],
        **_sums(invoice, money),
    }


class _Money:
    """Writes amounts with the places of their currency."""

    def __init__(self, currency: str) -> None:
        self._places = places_of(currency)

    def __call__(self, amount: float | Decimal) -> str:
        return f"{Decimal(str(amount)):.{self._places}f}"


def _refuse_incomplete(parties: Parties) -> None:
    if parties.buyer is None or not parties.buyer["country"]:
        raise Conflict("An e-invoice needs the country of the client, which was not known at the issue.")
    if not parties.seller["vat_id"] and not parties.seller["tax_number"]:
        raise Conflict("An e-invoice needs a tax number or VAT id of the company, unknown at the issue.")


def _refuse_fine(currency: str) -> None:
    if places_of(currency) > MOST_PLACES:
        raise Conflict(
            Sentence(
                "An e-invoice has amounts of two decimal places, {currency} has more.", currency=currency
            )
        )


def _delivery(invoice: Invoice) -> Terms:
    """The last day of several is that of the delivery; all of them are the period of the invoice."""
    last = invoice.delivered_until
    period = {"BT-73": invoice.delivered_on, "BT-74": last} if last else {}
    return {"BT-72": last or invoice.delivered_on, **period}


def _earlier(invoice: Invoice) -> list[Terms]:
    """What a credit note corrects, and what a final invoice takes off."""
    if invoice.corrects_name:
        return [{"BT-25": invoice.corrects_name}]
    return [{"BT-25": each.invoice_number, "BT-26": each.issued_on} for each in invoice.deductions]


def _payment(invoice: Invoice, parties: Parties) -> Terms:
    if invoice.type == "credit_note" or not parties.seller["iban"]:
        return {}
    return {
        "BT-81": SEPA_TRANSFER if invoice.currency == "EUR" else TRANSFER,
        "BT-83": invoice.name,
        "BT-84": parties.seller["iban"],
        "BT-85": parties.seller["legal_name"],
        "BT-86": parties.seller["bic"],
    }


def _allowances(invoice: Invoice, money: _Money) -> Terms:
    """The discount on the whole, apart for each rate; below 0 it is a charge."""
    off = [(each, Decimal(str(net)) - Decimal(str(each.net))) for each, net in _nets_by_tax(invoice)]
    return {
        "BG-20": [_allowance(invoice, each, part, money) for each, part in off if part > 0],
        "BG-21": [_allowance(invoice, each, -part, money) for each, part in off if part < 0],
    }


def _nets_by_tax(invoice: Invoice) -> Iterator[tuple[InvoiceTax, Decimal]]:
    for each in invoice.taxes:
        code = CODES[each.tax_category]
        nets = [
            Decimal(str(line.net))
            for line in invoice.lines
            if line.kind == "item"
            and line.tax_rate == each.tax_rate
            and CODES[line.tax_category or ""] == code
        ]
        yield each, sum(nets, Decimal(0))


def _allowance(invoice: Invoice, tax: InvoiceTax, amount: Decimal, money: _Money) -> Terms:
    return {
        "amount": money(amount),
        "reason": invoice_words(invoice.language)["discount"],
        "vat_category_code": CODES[tax.tax_category],
        "vat_rate": str(tax.tax_rate),
    }


def _tax(invoice: Invoice, tax: InvoiceTax, money: _Money) -> Terms:
    code = CODES[tax.tax_category]
    return {
        "BT-116": money(tax.net),
        "BT-117": money(tax.tax),
        "BT-118": code,
        "BT-119": str(tax.tax_rate),
        "BT-120": _reason(invoice, tax) if code in ("E", "AE") else None,
        "BT-121": REVERSE_CHARGE if code == "AE" else EXEMPTION if says_margin(tax.tax_reason) else None,
    }


def _reason(invoice: Invoice, tax: InvoiceTax) -> str:
    """Why tax is not charged: the sentence of the document, and the reasons of its lines."""
    words, code = invoice_words(invoice.language), CODES[tax.tax_category]
    among = [line.tax_category for line in invoice.lines if line.tax_category]
    named = dict.fromkeys(name for name in among if name in words and CODES[name] == code)
    return "; ".join([*(words[name] for name in named), *([tax.tax_reason] if tax.tax_reason else [])])


def _sums(invoice: Invoice, money: _Money) -> Terms:
    lines = sum((Decimal(str(line.net)) for line in invoice.lines), Decimal(0))
    off = [Decimal(str(net)) - Decimal(str(each.net)) for each, net in _nets_by_tax(invoice)]
    allowed = sum((part for part in off if part > 0), Decimal(0))
    charged = -sum((part for part in off if part < 0), Decimal(0))
    return {
        "BT-106": money(lines),
        "BT-107": money(allowed) if allowed else None,
        "BT-108": money(charged) if charged else None,
        "BT-109": money(invoice.total_net),
        "BT-110": money(invoice.total_tax),
        "BT-112": money(invoice.total),
        "BT-113": money(invoice.deducted) if invoice.deducted else None,
        "BT-115": money(invoice.due),
    }
