"""A quote as it is printed: all texts, numbers and dates in the language of the document."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.workspaces import Workspace, get_workspace
from crm.clients.client import Client, find_client
from crm.db.transaction import Transaction
from crm.documents.company import Company, get_company
from crm.documents.lines import PricedDocumentLine
from crm.documents.quote import Quote, get_quote
from crm.documents.sender import ACCENT, ink_of, printed_sender
from crm.documents.words import RIGHT_TO_LEFT, base_of, words_of
from crm.formats import Formats, formats_of

LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})


@dataclass(frozen=True, slots=True)
class Printer:
    """How one document writes words, numbers and dates."""

    words: dict[str, str]
    formats: Formats
    currency: str

    def money(self, value: float) -> str:
        return self.formats.full_money(value, self.currency)

    def day(self, day: date) -> str:
        return self.formats.day(day, date.min)


def printed_quote(tx: Transaction, quote_id: int, *, sent_at: str | None = None) -> dict[str, Any]:
    """What `document.typ` shows, as JSON has it; as if it were sent at `sent_at`. Raises NotFound."""
    quote, workspace = get_quote(tx, quote_id), get_workspace(tx)
    quote = replace(quote, sent_at=sent_at or quote.sent_at)
    client = None if quote.client_id is None else find_client(tx, quote.client_id)
    return print_quote(quote, workspace, get_company(tx), client)


def print_quote(
    quote: Quote, workspace: Workspace, company: Company, client: Client | None
) -> dict[str, Any]:
    printer = _printer_of(quote, workspace)
    abroad = client.addresses[0].country if client is not None and client.addresses else None
    sender = printed_sender(company, workspace, quote.language, printer.formats, abroad)
    colour = company.colour or ACCENT
    words = printer.words
    heading = f"{words['quote']} {quote.quote_number}"
    return {
        "heading": heading,
        "language": base_of(quote.language),
        "rtl": base_of(quote.language) in RIGHT_TO_LEFT,
        "paper": "us-letter" if company.country in LETTER else "a4",
        "colour": colour,
        "ink": ink_of(colour),
        "moment": quote.sent_at or quote.updated_at,
        "logo": company.logo,
        "sender": sender,
        "recipient": _recipient(client, printer, company.country),
        "facts": _facts(quote, printer, ZoneInfo(workspace.timezone)),
        "title": quote.title,
        "header": quote.header,
        "footer": quote.footer,
        "footline": f"{sender['name']} · {heading}",
        "words": words,
        "lines": _lines(quote, printer),
        "sums": _sums(quote, printer),
        "total": [words["total"], printer.money(quote.total)],
    }


def _printer_of(quote: Quote, workspace: Workspace) -> Printer:
    """The workspace's locale, where it is one of the document's language."""
    locale = workspace.locale
    tag = locale if locale and base_of(locale) == base_of(quote.language) else quote.language
    return Printer(dict(words_of(quote.language)), formats_of(tag), quote.currency)


def _recipient(client: Client | None, printer: Printer, home: str) -> list[str]:
    """The country is named where it is another one than the sender's."""
    if client is None:
        return []
    lines = [client.name]
    if client.addresses:
        main = asdict(client.addresses[0])
        lines += (main["street"] or "").split("\n")
        lines += [
            " ".join(part for part in (main["postal_code"], main["city"]) if part),
            main["region"] or "",
        ]
        abroad = main["country"] if main["country"] != home else None
        lines.append(printer.formats.numbers.territories.get(abroad, abroad) if abroad else "")
    return [line for line in lines if line]


def _facts(quote: Quote, printer: Printer, zone: ZoneInfo) -> list[list[str]]:
    written = clock.from_text(quote.sent_at or quote.created_at).astimezone(zone).date()
    facts = [[printer.words["date"], printer.day(written)]]
    if quote.valid_until:
        facts.append([printer.words["valid_until"], printer.day(date.fromisoformat(quote.valid_until))])
    return facts


def _lines(quote: Quote, printer: Printer) -> list[dict[str, Any]]:
    found, number = [], 0
    for line in quote.lines:
        number += line.kind == "item"
        found.append(_line(line, number, printer))
    return found


def _line(line: PricedDocumentLine, number: int, printer: Printer) -> dict[str, Any]:
    if line.kind != "item":
        return {"priced": False, "title": line.title, "details": line.details}
    mark = "optional" if line.optional else "alternative" if line.alternative else ""
    return {
        "priced": True,
        "number": str(number),
        "title": line.title or "",
        "mark": printer.words[mark] if mark else None,
        "details": line.details,
        "quantity": " ".join(part for part in (printer.formats.number(line.quantity), line.unit) if part),
        "price": printer.money(line.unit_price),
        "discount": _discount(line, printer),
        "tax": printer.formats.percent(line.tax_rate),
        "amount": printer.money(line.amount),
        "counts": line.counts,
    }


def _discount(line: PricedDocumentLine, printer: Printer) -> str | None:
    percent = f"−{printer.formats.percent(line.discount)}" if line.discount else ""
    money = f"−{printer.money(line.discount_amount)}" if line.discount_amount else ""
    return " ".join(part for part in (percent, money) if part) or None


def _sums(quote: Quote, printer: Printer) -> list[list[str]]:
    words = printer.words
    off = [[words["discount"], f"−{printer.money(quote.discount_total)}"]] if quote.discount_total else []
    taxes = [
        [
            words["tax_on"].format(rate=printer.formats.percent(each.tax_rate), net=printer.money(each.net)),
            printer.money(each.tax),
        ]
        for each in quote.taxes
    ]
    return [*off, [words["net"], printer.money(quote.total_net)], *taxes]
