"""What reminders say, in the language of the invoice; English where that is not among them."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from crm.accounts.workspaces import get_workspace
from crm.db.transaction import Transaction
from crm.documents.invoice import Invoice
from crm.documents.words import base_of
from crm.formats import formats_of


@cache
def _table() -> Mapping[str, list[str]]:
    """By language, from a line of each: subject, the texts of the three levels, and the end."""
    lines = Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    rows = [line.replace("\\n", "\n").split("|") for line in lines]
    return {row[0]: row[1:] for row in rows}


def reminder_text(tx: Transaction, invoice: Invoice, level: int) -> tuple[str, str]:
    """Subject and text of a level from 1 to 3."""
    workspace = get_workspace(tx)
    base = base_of(invoice.language)
    table = _table()
    rows = table.get(base, table["en"])
    locale = workspace.locale if workspace.locale and base_of(workspace.locale) == base else invoice.language
    formats = formats_of(locale if base in table else "en")
    said = {
        "number": invoice.name,
        "client": invoice.client_name or "",
        "sender": workspace.name,
        "open": formats.full_money(invoice.open, invoice.currency),
        "issued": formats.day(date.fromisoformat(invoice.issued_on or ""), date.min),
        "due": formats.day(date.fromisoformat(invoice.due_on or ""), date.min),
    }
    subject, texts, end = rows[0], rows[1:-1], rows[-1]
    return subject.format(**said), f"{texts[level - 1]}\n\n{end}".format(**said)
