"""The terms of a scenario in its form: single fields, and rows of accessories, fees and rebates.

The fields of a row are `fees-2-title`, `fees-2-amount`, …; rows without title and amount are left out. A
field that is there and empty is left out of the terms again: its value comes of the deal or the rules.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request

from crm.deals.scenario import Scenario
from crm.deals.terms import FACTOR_PLACES, MOST_EXTRAS, RATE_PLACES, ScenarioTerms
from crm.fields import parse_fields, whole_number
from crm.web.requests.amounts import amount_text, plain_amount, plain_number
from crm.web.requests.forms import number_from, typed
from crm.web.words.formats import reader_formats

AMOUNTS = (
    "price", "discount", "trade_allowance", "trade_payoff", "down_payment", "balloon", "residual",
    "excess_mileage_charge", "cost", "reconditioning", "reserve",
)  # fmt: skip
RATES = {"apr": RATE_PLACES, "tax_rate": RATE_PLACES, "money_factor": FACTOR_PLACES}
TEXTS = ("name", "kind", "tax_base", "rate_method", "starts_on", "first_payment_on")
COUNTS = ("term", "mileage_allowance")
SINGLE = (*AMOUNTS, *RATES, *TEXTS, *COUNTS)
PARTS = {
    "accessories": ("title", "amount", "cost", "taxable"),
    "fees": ("title", "amount", "cost", "taxable"),
    "rebates": ("title", "amount", "taxable"),
}
SPARE = 2
"""Empty rows below those that there are."""


def typed_terms() -> tuple[ScenarioTerms, frozenset[str]]:
    """What the form says, and the terms that it clears. Raises Invalid."""
    form = request.form
    present = [name for name in SINGLE if name in form]
    given = {name: _value_of(name, typed(name)) for name in present if typed(name)}
    rows = {part: _rows_of(part) for part in PARTS if f"{part}-rows" in form}
    given |= {part: each for part, each in rows.items() if each}
    empty = {name for name in present if not typed(name)} | {part for part, each in rows.items() if not each}
    cleared = frozenset(empty - {"name", "kind"})
    return parse_fields(ScenarioTerms, given), cleared


def texts_of(scenario: Scenario) -> dict[str, Any]:
    """Stored terms as the fields of the form hold them, and `rows` of each part."""
    terms = {**scenario.terms, "name": scenario.name, "kind": scenario.kind}
    single = {name: _text_of(name, terms.get(name)) for name in SINGLE}
    rows = {part: [_row_texts(each) for each in terms.get(part) or ()] for part in PARTS}
    return {**single, "rows": {part: _with_spare(given) for part, given in rows.items()}}


def typed_texts() -> dict[str, Any]:
    """What was typed, to be shown again."""
    single = {name: request.form.get(name, "") for name in SINGLE}
    return {**single, "rows": {part: _with_spare(_typed_rows(part)) for part in PARTS}}


def _value_of(name: str, text: str) -> Any:
    if name in AMOUNTS:
        return plain_amount(text, "")
    if name in RATES:
        return plain_number(text.removesuffix("%"), RATES[name], reader_formats().decimal)
    return number_from(text, name) if name in COUNTS else text


def _rows_of(part: str) -> list[dict[str, Any]]:
    return [_given_row(row) for row in _typed_rows(part)]


def _given_row(row: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {name: plain_amount(row[name], "") for name in ("amount", "cost") if row.get(name)}
    return {"title": row["title"], "amount": "0", "taxable": row["taxable"], **amounts}


def _typed_rows(part: str) -> list[dict[str, Any]]:
    """Those that say something."""
    count = min(whole_number(request.form.get(f"{part}-rows", "")) or 0, MOST_EXTRAS + SPARE)
    rows = [_typed_row(part, place) for place in range(count)]
    return [row for row in rows if row["title"] or row["amount"]]


def _typed_row(part: str, place: int) -> dict[str, Any]:
    row: dict[str, Any] = {name: typed(f"{part}-{place}-{name}") for name in PARTS[part]}
    return {**row, "taxable": bool(row["taxable"])}


def _row_texts(row: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {name: _text_of(name, row.get(name)) for name in ("amount", "cost")}
    return {"title": row["title"], "taxable": row.get("taxable", True), **amounts}


def _with_spare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    empty = {"title": "", "amount": "", "cost": "", "taxable": True}
    return [*rows, *(dict(empty) for _ in range(SPARE))][: MOST_EXTRAS + SPARE]


def _text_of(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in TEXTS or name in COUNTS:
        return str(value)
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return "" if name == "cost" and not amount else amount_text(amount)
