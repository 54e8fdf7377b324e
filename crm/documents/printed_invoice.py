"""An invoice as it is printed: all texts, numbers and dates in its own language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crm.accounts.workspaces import Workspace
from crm.documents.company import Company
from crm.documents.invoice import Invoice
from crm.documents.invoice_parties import Parties, Party
from crm.documents.invoice_words import invoice_words
from crm.documents.payment_code import payment_text
from crm.documents.printer import Letterhead, Printer, Rows, address_lines, print_document, printer_of
from crm.documents.sender import spaced

WITH_SENTENCE = ("reverse_charge", "small_business")


def print_invoice(
    invoice: Invoice, parties: Parties, company: Company, workspace: Workspace
) -> dict[str, Any]:
    """What `document.typ` shows, as JSON has it."""
    printer = printer_of(invoice, workspace, invoice_words(invoice.language))
    words, buyer = printer.words, parties.buyer
    return {
        **print_document(
            invoice,
            printer,
            Letterhead(company, workspace, buyer["country"] if buyer else None),
            heading=f"{words[invoice.type]} {invoice.name}",
            moment=invoice.issued_at or invoice.updated_at,
            recipient=_recipient(invoice, buyer, printer, company.country),
        ),
        "facts": _facts(invoice, printer),
        "after": _after(invoice, printer),
        "notes": _notes(invoice, words),
        "payment": _payment(invoice, company, words),
        "qr": payment_text(invoice, parties.seller, invoice.due),
    }


def _recipient(invoice: Invoice, buyer: Party | None, printer: Printer, home: str) -> list[str]:
    if buyer is None:
        return []
    return [buyer["name"], *address_lines(buyer, printer, home), invoice.buyer_vat_id or ""]


def _facts(invoice: Invoice, printer: Printer) -> Rows:
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


def _after(invoice: Invoice, printer: Printer) -> Rows:
    """Below the total: the deposits that are taken off, each with its tax, what a trade-in pays, and what is
    left to pay.
    """
    if not invoice.deducted:
        return []
    rows = [
        [
            printer.words["deducted"].format(
                number=each.invoice_number, net=printer.money(each.net), tax=printer.money(each.tax)
            ),
            printer.less(printer.money(each.total)),
        ]
        for each in invoice.deductions
    ]
    if invoice.traded_in:
        rows.append([printer.words["trade_in"], printer.less(printer.money(invoice.traded_in))])
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
