"""An invoice as it is printed: all texts, numbers and dates in its own language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crm.accounts.workspaces import Workspace
from crm.documents.company import Company
from crm.documents.invoice import Invoice
from crm.documents.invoice_lines import PricedInvoiceLine
from crm.documents.invoice_parties import Parties, Party
from crm.documents.invoice_words import invoice_words
from crm.documents.payment_code import payment_text
from crm.documents.printed import LETTER, Printer
from crm.documents.sender import ACCENT, ink_of, printed_sender, spaced
from crm.documents.words import RIGHT_TO_LEFT, base_of
from crm.formats import formats_of

WITH_SENTENCE = ("reverse_charge", "small_business")


def print_invoice(
    invoice: Invoice, parties: Parties, company: Company, workspace: Workspace
) -> dict[str, Any]:
    """What `document.typ` shows, as JSON has it."""
    printer = _printer_of(invoice, workspace)
    words, buyer = printer.words, parties.buyer
    abroad = buyer["country"] if buyer else None
    sender = printed_sender(company, workspace, invoice.language, printer.formats, abroad)
    colour = company.colour or ACCENT
    heading = f"{words[invoice.type]} {invoice.name}"
    return {
        "heading": heading,
        "language": base_of(invoice.language),
        "rtl": base_of(invoice.language) in RIGHT_TO_LEFT,
        "paper": "us-letter" if company.country in LETTER else "a4",
        "colour": colour,
        "ink": ink_of(colour),
        "moment": invoice.issued_at or invoice.updated_at,
        "logo": company.logo,
        "sender": sender,
        "recipient": _recipient(invoice, buyer, printer, company.country),
        "facts": _facts(invoice, printer),
        "title": invoice.title,
        "header": invoice.header,
        "footer": invoice.footer,
        "footline": f"{sender['name']} · {heading}",
        "words": words,
        "lines": _lines(invoice, printer),
        "sums": _sums(invoice, printer),
        "total": [words["total"], printer.money(invoice.total)],
        "after": _after(invoice, printer),
        "notes": _notes(invoice, words),
        "payment": _payment(invoice, company, words),
        "qr": payment_text(invoice, parties.seller, invoice.due),
    }


def _printer_of(invoice: Invoice, workspace: Workspace) -> Printer:
    """The workspace's locale, where it is one of the document's language."""
    locale = workspace.locale
    tag = locale if locale and base_of(locale) == base_of(invoice.language) else invoice.language
    return Printer(dict(invoice_words(invoice.language)), formats_of(tag), invoice.currency)


def _recipient(invoice: Invoice, buyer: Party | None, printer: Printer, home: str) -> list[str]:
    """The country is named where it is another one than the sender's."""
    if buyer is None:
        return []
    abroad = buyer["country"] if buyer["country"] != home else None
    lines = [
        buyer["name"],
        *(buyer["street"] or "").split("\n"),
        " ".join(part for part in (buyer["postal_code"], buyer["city"]) if part),
        buyer["region"],
        printer.formats.numbers.territories.get(abroad, abroad) if abroad else None,
        invoice.buyer_vat_id,
    ]
    return [line for line in lines if line]


def _facts(invoice: Invoice, printer: Printer) -> list[list[str]]:
    words = printer.words
    days = [
        (words["date"], invoice.issued_on),
        (words["due"], invoice.due_on if invoice.type != "credit_note" else None),
    ]
    facts = [[word, printer.day(date.fromisoformat(day))] for word, day in days if day]
    delivered = [
        printer.day(date.fromisoformat(day)) for day in (invoice.delivered_on, invoice.delivered_until) if day
    ]
    if delivered:
        facts.append([words["delivered"], " – ".join(delivered)])
    if invoice.corrects_name:
        facts.append([words["corrects"], invoice.corrects_name])
    if invoice.buyer_reference:
        facts.append(["", invoice.buyer_reference])
    return facts


def _lines(invoice: Invoice, printer: Printer) -> list[dict[str, Any]]:
    found, number = [], 0
    for line in invoice.lines:
        number += line.kind == "item"
        found.append(_line(line, number, printer))
    return found


def _line(line: PricedInvoiceLine, number: int, printer: Printer) -> dict[str, Any]:
    if line.kind != "item":
        return {"priced": False, "title": line.title, "details": line.details}
    percent = f"−{printer.formats.percent(line.discount)}" if line.discount else ""
    money = f"−{printer.money(line.discount_amount)}" if line.discount_amount else ""
    return {
        "priced": True,
        "number": str(number),
        "title": line.title or "",
        "mark": None,
        "details": line.details,
        "quantity": " ".join(part for part in (printer.formats.number(line.quantity), line.unit) if part),
        "price": printer.money(line.unit_price),
        "discount": " ".join(part for part in (percent, money) if part) or None,
        "tax": printer.formats.percent(line.tax_rate),
        "amount": printer.money(line.amount),
        "counts": True,
    }


def _sums(invoice: Invoice, printer: Printer) -> list[list[str]]:
    words = printer.words
    off = [[words["discount"], f"−{printer.money(invoice.discount_total)}"]] if invoice.discount_total else []
    taxes = [
        [
            words["tax_on"].format(rate=printer.formats.percent(each.tax_rate), net=printer.money(each.net)),
            printer.money(each.tax),
        ]
        for each in invoice.taxes
    ]
    return [*off, [words["net"], printer.money(invoice.total_net)], *taxes]


def _after(invoice: Invoice, printer: Printer) -> list[list[str]]:
    """Below the total: the deposits that are taken off, each with its tax, and what is left to pay."""
    if not invoice.deductions:
        return []
    rows = [
        [
            printer.words["deducted"].format(
                number=each.invoice_number, net=printer.money(each.net), tax=printer.money(each.tax)
            ),
            f"−{printer.money(each.total)}",
        ]
        for each in invoice.deductions
    ]
    return [*rows, [printer.words["to_pay"], printer.money(invoice.due)]]


def _notes(invoice: Invoice, words: Mapping[str, str]) -> list[str]:
    """Why tax is not charged, once each."""
    reasons = [each.tax_reason for each in invoice.taxes]
    named = {line.tax_category for line in invoice.lines if line.tax_category in WITH_SENTENCE}
    sentences = [words[name] for name in WITH_SENTENCE if name in named]
    included = [words["prices_include_tax"]] if invoice.prices_include_tax else []
    return [text for text in dict.fromkeys([*included, *sentences, *reasons]) if text]


def _payment(invoice: Invoice, company: Company, words: Mapping[str, str]) -> list[str]:
    if invoice.type == "credit_note" or not company.iban:
        return []
    return [words["bank"], f"IBAN {spaced(company.iban)}", *([f"BIC {company.bic}"] if company.bic else [])]
