"""The words on a deal sheet, in its own language; English where that is not among them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crm.documents.invoice_words import invoice_words
from crm.documents.words import base_of

NAMES = (
    "deal_sheet", "vehicle", "stock_number", "mileage", "colour", "first_registration", "salesperson",
    "selling_price", "due_now", "cash", "finance", "lease", "down_payment", "monthly", "payments",
    "first_payment", "last_payment", "amount_financed", "finance_charge", "total_of_payments", "rate_us",
    "rate_eu", "due_at_signing", "capitalised_cost", "depreciation", "rent_charge", "residual",
    "payment_tax", "mileage_allowance", "excess_charge", "margin", "customer", "seller", "place_and_date",
    "borrowing_rate", "balloon",
)  # fmt: skip


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """By language, from a line of each."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    rows = [line.split("|") for line in text.splitlines()]
    return {row[0]: dict(zip(NAMES, row[1:], strict=True)) for row in rows}


def deal_words(language: str) -> Mapping[str, str]:
    """With those of quotes and invoices, for a language tag such as `de-AT`."""
    table = _table()
    return {**invoice_words(language), **table.get(base_of(language), table["en"])}
