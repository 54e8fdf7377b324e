"""The lines of a document in its form: a row each, whose fields are `lines-2-title`, `lines-2-quantity`, …

Scripts send all rows as one field, `lines`, in JSON: a form may have only so many fields. Rows without any
text are left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import request

from crm.documents.line_fields import MOST_LINES
from crm.fields import whole_number
from crm.web.errors import Malformed
from crm.web.pages.documents.currency import typed_currency
from crm.web.records.entries import Entry
from crm.web.requests.amounts import amount_text, plain_amount, plain_number
from crm.web.requests.forms import number_from
from crm.web.words.formats import reader_formats

Row = dict[str, str]
COLUMNS = (
    "kind", "title", "details", "quantity", "unit", "unit_price", "tax_rate", "discount", "discount_amount",
    "choice", "chosen", "product_id", "tax_category", "tax_reason",
)  # fmt: skip
PERCENTS = ("tax_rate", "discount")
SHARES = ("quantity", *PERCENTS)
MONEY = ("unit_price", "discount_amount")
PLACES = 4
MOST_FIELDS = (MOST_LINES + 1) * len(COLUMNS) + 200
NEW_ROW = dict.fromkeys(COLUMNS, "") | {"kind": "item", "quantity": "1"}


def lines_text_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """The text of the whole list, from lines as the ledger has them."""
    return _as_text([_row_of(line) for line in lines])


def _row_of(line: Mapping[str, Any]) -> Row:
    priced = line["kind"] == "item"
    numbers = ("quantity", "unit_price", *PERCENTS, "discount_amount")
    choice = "optional" if line.get("optional") else "alternative" if line.get("alternative") else ""
    return {
        **{name: line[name] or "" for name in ("kind", "title", "details", "unit")},
        **{name: _number_text(name, line[name]) if priced else "" for name in numbers},
        "choice": choice,
        "chosen": "1" if line.get("chosen") else "",
        "product_id": str(line.get("product_id") or ""),
        **{name: line.get(name) or "" for name in ("tax_category", "tax_reason")},
    }


def _number_text(name: str, value: float) -> str:
    return "" if not value and name in {"discount", "discount_amount"} else amount_text(value)


def typed_rows() -> list[Row] | None:
    """The rows of the form that say something; None where it has none. Raises Malformed."""
    if "lines" in request.form:
        return [row for row in rows_of(request.form["lines"]) if _says_something(row)]
    count = whole_number(request.form.get("lines-rows", ""))
    if count is None:
        return None
    gone = request.form.get("fewer", "").removeprefix("lines-")
    rows = [_typed_row(place) for place in range(min(count, MOST_LINES + 1)) if str(place) != gone]
    return [row for row in rows if _says_something(row)]


def rows_of(text: str) -> list[Row]:
    """Raises Malformed for what no form of ours sends."""
    try:
        rows = orjson.loads(text or "[]")
        return [
            {name: str(row.get(name, "")).replace("\r\n", "\n") for name in COLUMNS}
            for row in rows[: MOST_LINES + 1]
        ]
    except (ValueError, AttributeError, TypeError, KeyError):
        raise Malformed("The form is not whole. Reload the page and try again.") from None


def _typed_row(place: int) -> Row:
    return {name: request.form.get(f"lines-{place}-{name}", "").replace("\r\n", "\n") for name in COLUMNS}


def _says_something(row: Row) -> bool:
    return any(row[name].strip() for name in ("title", "details", "unit_price"))


def _as_text(rows: Sequence[Row]) -> str:
    return orjson.dumps([{name: row[name] for name in COLUMNS} for row in rows]).decode()


def _given() -> list[dict[str, Any]]:
    """The rows as an operation takes them."""
    return [given_line(row) for row in typed_rows() or []]


def given_line(row: Row) -> dict[str, Any]:
    """As an operation takes it, without what invoices alone have."""
    line: dict[str, Any] = {"kind": row["kind"] or "item", "title": row["title"], "details": row["details"]}
    if line["kind"] != "item":
        return line
    currency = typed_currency()
    line["unit"] = row["unit"]
    line["product_id"] = number_from(row["product_id"], "product_id")
    line |= {name: row["choice"] == name for name in ("optional", "alternative")}
    line |= {
        name: plain_amount(row[name], currency) for name in ("unit_price", "discount_amount") if row[name]
    }
    line |= {
        name: _plain_number(row[name].strip().removesuffix("%")) for name in PERCENTS if row[name].strip()
    }
    quantity = {"quantity": _plain_number(row["quantity"])} if row["quantity"].strip() else {}
    return line | quantity | {"chosen": row["chosen"] == "1"}


def _plain_number(text: str) -> str:
    return plain_number(text, PLACES, reader_formats().decimal)


def _typed_text(_name: str) -> str | None:
    rows = typed_rows()
    return None if rows is None else _as_text(rows)


LINES = Entry(
    text=lines_text_of,
    value=lambda _name: _given(),
    typed=_typed_text,
    shown=lambda text: list(rows_of(text)),
)
PERCENT = Entry(
    text=lambda value: _number_text("discount", value),
    value=lambda name: _plain_number(request.form.get(name, "").strip().removesuffix("%")),
)
