"""Product lines and trade-ins in the form of a deal: a row each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request

from crm.catalogue.product import get_product
from crm.db.transaction import Transaction
from crm.deals.deal_fields import MOST_LINES, MOST_TRADE_INS
from crm.deals.deal_lines import UNTAXED
from crm.deals.terms import RATE_PLACES
from crm.fields import whole_number
from crm.web.records.entries import Entry
from crm.web.records.row_lists import Row, RowList
from crm.web.requests.amounts import amount_text, plain_amount, plain_number, typed_amount
from crm.web.words.formats import reader_formats

QUANTITY_PLACES = 4
SHARES = frozenset({"quantity", "tax_rate"})
AMOUNTS = frozenset({"unit_price", "allowance", "payoff"})
NUMBERS = frozenset({"product_id", "year", "mileage"})


def _stored_text(column: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    return amount_text(value) if column in AMOUNTS or column in SHARES else str(value)


def _value(column: str, text: str) -> Any:
    """What is no number stays as it is, to be refused by its name."""
    if column == "taxable":
        return text == "1"
    if not text.strip():
        return {"quantity": "1", "allowance": "0", "payoff": "0"}.get(column)
    if column == "quantity":
        return plain_number(text, QUANTITY_PLACES, reader_formats().decimal)
    if column == "tax_rate":
        return plain_number(text, RATE_PLACES, reader_formats().decimal)
    if column in AMOUNTS:
        return plain_amount(text, request.form.get("currency", ""))
    found = whole_number(text.strip()) if column in NUMBERS else None
    return text if found is None else found


LINES = RowList(
    "lines",
    ("product_id", "title", "quantity", "unit_price", "taxable", "tax_rate"),
    value=_value,
    text=_stored_text,
    silent=frozenset({"taxable", "quantity"}),
    usual={"quantity": "1", "taxable": "1"},
    most=MOST_LINES + 1,
)
TRADE_INS = RowList(
    "trade_ins",
    ("year", "make", "model", "vin", "mileage", "mileage_unit", "allowance", "payoff"),
    value=_value,
    text=_stored_text,
    silent=frozenset({"mileage_unit"}),
    usual={"mileage_unit": "km"},
    most=MOST_TRADE_INS + 1,
)
MOST_FIELDS = sum(of.most * len(of.columns) for of in (LINES, TRADE_INS)) + 200


def entry_of(of: RowList) -> Entry:
    """Shown with numbers, as the ledger has them."""

    def shown(text: str) -> list[dict[str, Any]]:
        return [_numbers(row) for row in of.entry.shown(text)]

    return replace(of.entry, value=lambda _name: given_rows(of), shown=shown)


def given_rows(of: RowList) -> list[dict[str, Any]]:
    return [{name: row[name] for name in of.columns} for row in of.given()]


def _numbers(row: Mapping[str, str]) -> dict[str, Any]:
    currency = request.form.get("currency", "")
    return {
        name: typed_amount(text, currency) or 0 if name in AMOUNTS or name == "quantity" else text
        for name, text in row.items()
    }


def chosen_product() -> int | None:
    """The one that the button adds as a line."""
    return whole_number(request.form.get("product", "")) if request.form.get("more") == "product" else None


def line_of_product(tx: Transaction, product_id: int, currency: str) -> Row:
    """As it is sold, without a price where it has none in this currency. Raises NotFound."""
    product = get_product(tx, product_id)
    price = product.price_in(currency)
    return LINES.new() | {
        "product_id": str(product.id),
        "title": product.name,
        "unit_price": "" if price is None else amount_text(price),
        "taxable": "" if product.tax_class in UNTAXED else "1",
    }
