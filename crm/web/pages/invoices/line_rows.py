"""The lines of an invoice in its form: tax categories instead of options."""

from dataclasses import replace
from typing import Any

from crm.web.pages.documents.line_rows import LINES as DOCUMENT_LINES
from crm.web.pages.documents.line_rows import Row, given_line, typed_rows

OF_QUOTES = ("optional", "alternative", "chosen", "product_id")


def _given() -> list[dict[str, Any]]:
    return [_given_line(row) for row in typed_rows() or []]


def _given_line(row: Row) -> dict[str, Any]:
    line = {name: value for name, value in given_line(row).items() if name not in OF_QUOTES}
    if line["kind"] != "item":
        return line
    return line | {"tax_category": row["tax_category"] or None, "tax_reason": row["tax_reason"]}


LINES = replace(DOCUMENT_LINES, value=lambda _name: _given())
