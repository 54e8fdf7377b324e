"""The words of the public stock page, in the workspace's language; English where that is not among them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crm.catalogue.public_stock import SOLD
from crm.catalogue.stock_links import USUAL_CONSENT

SENTENCES = (
    "Vehicles for sale", "From %(name)s", "Search vehicles", "Show", "Pages", "Previous", "Next",
    "No vehicles for sale at the moment.", "Price on request", "All vehicles", "Stock number", "VIN",
    "Mileage", "First registration", "Body", "Fuel", "Transmission", "Colour", "Condition", "Location",
    "Picture %(number)s of %(name)s", "Thank you. %(name)s has your inquiry and will answer it.",
    "Ask about this vehicle", "Your name", "E-mail", "Phone", "Message", "Consent", "Send", SOLD,
    "This page cannot be shown", "Please fix the following:", "is required",
    "or a phone number is required", "Skip to the content", str(USUAL_CONSENT),
)  # fmt: skip


def stock_page_words(language: str) -> Mapping[str, str]:
    """By what the page says in English; none where it speaks English anyway."""
    return _table().get(language.split("-", maxsplit=1)[0].lower(), {})


def usual_consent(language: str) -> str:
    return stock_page_words(language).get(USUAL_CONSENT, USUAL_CONSENT)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    """By language, from a line of each."""
    rows = [line.split("|") for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()]
    return {row[0]: dict(zip(SENTENCES, row[1:], strict=True)) for row in rows}
