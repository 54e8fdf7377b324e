"""The lines of an invoice in its form: those of a quote, with their tax categories instead of options."""

from typing import Any

from crm.web.pages.quotes.line_rows import LINES as QUOTE_LINES
from crm.web.pages.quotes.line_rows import NEW_ROW as QUOTE_ROW
from crm.web.pages.quotes.line_rows import Row, given_line, typed_rows
from crm.web.records.entries import Entry

NEW_ROW = dict(QUOTE_ROW)


def _given() -> list[dict[str, Any]]:
    return [_given_line(row) for row in typed_rows() or []]


def _given_line(row: Row) -> dict[str, Any]:
    line = {
        name: value
        for name, value in given_line(row).items()
        if name not in ("optional", "alternative", "chosen", "product_id")
    }
    if line["kind"] != "item":
        return line
    return line | {"tax_category": row["tax_category"] or None, "tax_reason": row["tax_reason"]}


LINES = Entry(
    text=QUOTE_LINES.text, value=lambda _name: _given(), typed=QUOTE_LINES.typed, shown=QUOTE_LINES.shown
)
