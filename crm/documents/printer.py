"""What quotes, invoices and deal sheets share in print: texts, numbers and dates in one language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crm.accounts.workspaces import Workspace
from crm.documents.company import Company
from crm.documents.margin_scheme import shown_taxes, under_margin
from crm.documents.sender import ACCENT, ink_of, printed_sender
from crm.documents.words import RIGHT_TO_LEFT, base_of
from crm.formats import Formats, formats_of

LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})
Rows = list[list[str]]
SIGNED = re.compile(r"\d(?:.*\d)?[%٪]?")
LTR, END = "\u2066", "\u2069"
"""They isolate what runs from left to right."""


@dataclass(frozen=True, slots=True)
class Printer:
    """How one document writes words, numbers and dates."""

    words: Mapping[str, str]
    formats: Formats
    currency: str

    def money(self, value: float) -> str:
        return self._signed(self.formats.full_money(value, self.currency))

    def number(self, value: float) -> str:
        return self._signed(self.formats.number(value))

    def less(self, amount: str) -> str:
        """An amount or a share as it is taken off."""
        return self._signed(f"−{amount}")

    def _signed(self, text: str) -> str:
        """With one minus in all languages. Where a text runs from right to left it would go to the right of
        the digits.
        """
        digits = SIGNED.search(text)
        if digits is None:
            return text
        head = text[: digits.start()].replace("-", "−")
        if self.formats.numbers.language not in RIGHT_TO_LEFT:
            return head + text[digits.start() :]
        sign = "−" if "−" in head else ""
        return f"{head.replace(sign, '')}{LTR}{sign}{digits[0]}{END}{text[digits.end() :]}" if sign else text

    def day(self, day: date) -> str:
        return self.formats.day(day, date.min)


def printer_of(document: Any, workspace: Workspace, words: Mapping[str, str]) -> Printer:
    return printer_in(document.language, document.currency, workspace, words)


def printer_in(language: str, currency: str, workspace: Workspace, words: Mapping[str, str]) -> Printer:
    """By the workspace's locale, where it is one of the document's language."""
    locale = workspace.locale
    tag = locale if locale and base_of(locale) == base_of(language) else language
    return Printer(dict(words), formats_of(tag), currency)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who sends it. `abroad` is the country of whoever receives it."""

    company: Company
    workspace: Workspace
    abroad: str | None


def print_document(
    document: Any, printer: Printer, head: Letterhead, *, heading: str, moment: str, recipient: Sequence[str]
) -> dict[str, Any]:
    """What `document.typ` shows of any document, as JSON has it."""
    shown = print_head(document.language, printer, head, heading=heading, moment=moment, recipient=recipient)
    taxed = shown_taxes(document) or not document.taxes
    return {
        **shown,
        "words": printer.words if taxed else {**printer.words, "tax": ""},
        "title": document.title,
        "header": document.header,
        "footer": document.footer,
        "lines": _lines(document.lines, printer),
        "sums": _sums(document, printer),
        "total": [printer.words["total"], printer.money(document.total)],
    }


def print_head(
    language: str, printer: Printer, head: Letterhead, *, heading: str, moment: str, recipient: Sequence[str]
) -> dict[str, Any]:
    """What `letterhead.typ` shows, but for the facts beside the recipient."""
    company = head.company
    sender = printed_sender(company, head.workspace, language, printer.formats, head.abroad)
    colour = company.colour or ACCENT
    return {
        "heading": heading,
        "language": base_of(language),
        "rtl": base_of(language) in RIGHT_TO_LEFT,
        "paper": "us-letter" if company.country in LETTER else "a4",
        "colour": colour,
        "ink": ink_of(colour),
        "moment": moment,
        "logo": company.logo,
        "sender": sender,
        "recipient": [line for line in recipient if line],
        "footline": f"{sender['name']} · {heading}",
        "words": printer.words,
    }


def address_lines(address: Mapping[str, Any], printer: Printer, home: str) -> list[str]:
    """The country is named where it is another one than the sender's."""
    abroad = address["country"] if address["country"] != home else None
    return [
        *(address["street"] or "").split("\n"),
        " ".join(part for part in (address["postal_code"], address["city"]) if part),
        address["region"] or "",
        printer.formats.numbers.territories.get(abroad, abroad) if abroad else "",
    ]


def _lines(lines: Sequence[Any], printer: Printer) -> list[dict[str, Any]]:
    found, number = [], 0
    for line in lines:
        number += line.kind == "item"
        found.append(_line(line, number, printer))
    return found


def _line(line: Any, number: int, printer: Printer) -> dict[str, Any]:
    """Only a line of a quote can be left out of its sum."""
    if line.kind != "item":
        return {"priced": False, "title": line.title, "details": line.details}
    marks = [name for name in ("optional", "alternative") if getattr(line, name, False)]
    return {
        "priced": True,
        "number": str(number),
        "title": line.title or "",
        "mark": printer.words[marks[0]] if marks else None,
        "details": line.details,
        "quantity": " ".join(part for part in (printer.number(line.quantity), line.unit) if part),
        "price": printer.money(line.unit_price),
        "discount": _discount(line, printer),
        "tax": "" if under_margin(line) else printer.formats.percent(line.tax_rate),
        "amount": printer.money(line.amount),
        "counts": getattr(line, "counts", True),
    }


def _discount(line: Any, printer: Printer) -> str | None:
    percent = printer.less(printer.formats.percent(line.discount)) if line.discount else ""
    money = printer.less(printer.money(line.discount_amount)) if line.discount_amount else ""
    return " ".join(part for part in (percent, money) if part) or None


def _sums(document: Any, printer: Printer) -> Rows:
    words, off = printer.words, document.discount_total
    taxes = [
        [
            words["tax_on"].format(rate=printer.formats.percent(each.tax_rate), net=printer.money(each.net)),
            printer.money(each.tax),
        ]
        for each in shown_taxes(document)
    ]
    discount = [[words["discount"], printer.less(printer.money(off))]] if off else []
    net = [[words["net"], printer.money(document.total_net)]] if taxes or not document.taxes else []
    return [*discount, *net, *taxes]
