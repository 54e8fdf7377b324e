"""The words on an invoice, in its own language; English where that is not among them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crm.documents.words import base_of, words_of

NAMES = (
    "invoice", "deposit", "part", "final", "credit_note", "due", "delivered", "corrects", "trade_in",
    "payoff", "deducted", "to_pay", "reverse_charge", "small_business", "scan", "tax_id", "bank",
)  # fmt: skip


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """By language, from a line of each."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    rows = [line.split("|") for line in text.splitlines()]
    return {row[0]: dict(zip(NAMES, row[1:], strict=True)) for row in rows}


def invoice_words(language: str) -> Mapping[str, str]:
    """With those of all documents, for a language tag such as `de-AT`."""
    table = _table()
    return {**words_of(language), **table.get(base_of(language), table["en"])}
