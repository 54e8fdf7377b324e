"""A quote as it is printed: all texts, numbers and dates in the language of the document."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.workspaces import Workspace, get_workspace
from crm.clients.client import Client, find_client
from crm.db.transaction import Transaction
from crm.documents.company import Company, get_company
from crm.documents.printer import Letterhead, Printer, Rows, address_lines, print_document, printer_of
from crm.documents.quote import Quote, get_quote
from crm.documents.words import words_of


def printed_quote(tx: Transaction, quote_id: int, *, sent_at: str | None = None) -> dict[str, Any]:
    """What `document.typ` shows, as JSON has it; as if it were sent at `sent_at`. Raises NotFound."""
    quote, workspace = get_quote(tx, quote_id), get_workspace(tx)
    quote = replace(quote, sent_at=sent_at or quote.sent_at)
    client = None if quote.client_id is None else find_client(tx, quote.client_id)
    return print_quote(quote, workspace, get_company(tx), client)


def print_quote(
    quote: Quote, workspace: Workspace, company: Company, client: Client | None
) -> dict[str, Any]:
    printer = printer_of(quote, workspace, words_of(quote.language))
    abroad = client.addresses[0].country if client is not None and client.addresses else None
    return {
        **print_document(
            quote,
            printer,
            Letterhead(company, workspace, abroad),
            heading=f"{printer.words['quote']} {quote.quote_number}",
            moment=quote.sent_at or quote.updated_at,
            recipient=recipient_of(client, printer, company.country),
        ),
        "facts": _facts(quote, printer, ZoneInfo(workspace.timezone)),
    }


def recipient_of(client: Client | None, printer: Printer, home: str) -> list[str]:
    if client is None:
        return []
    main = [asdict(client.addresses[0])] if client.addresses else []
    return [client.name, *(line for each in main for line in address_lines(each, printer, home))]


def _facts(quote: Quote, printer: Printer, zone: ZoneInfo) -> Rows:
    written = clock.from_text(quote.sent_at or quote.created_at).astimezone(zone).date()
    facts = [[printer.words["date"], printer.day(written)]]
    if quote.valid_until:
        facts.append([printer.words["valid_until"], printer.day(date.fromisoformat(quote.valid_until))])
    return facts
