"""The words of the page of a quote, in the quote's language; English where that is not among them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from crm.documents.sender import tax_labels
from crm.documents.words import base_of, words_of

SENTENCES = (
    "From %(name)s", "for %(name)s", "Answered by %(name)s", "Options", "Your name", "Comment", "Accept",
    "Decline", "Chosen", "This quote is no longer valid. Ask for a new one.",
    "This quote was accepted already.", "This quote was declined already.", "This quote cannot be shown",
    "This link is no longer valid. Ask for a new one.", "This link has expired. Ask for a new one.",
    "This quote was replaced by a newer version. Ask for the new link.", "Please fix the following:",
    "is required", "is not an option of this quote", "Skip to the content",
)  # fmt: skip
PRINTED = {
    "No.": "number", "Title": "title", "Quantity": "quantity", "Price": "price", "Tax": "tax",
    "Amount": "amount", "Optional": "optional", "Alternative": "alternative", "Discount": "discount",
    "Net": "net", "Total": "total", "Lines": "title",
}  # fmt: skip
"""What the document says, too."""


@cache
def page_words(language: str) -> Mapping[str, str]:
    """By what the page says in English; none where it speaks English anyway."""
    base, table = base_of(language), _table()
    if base == "en" or base not in table:
        return {}
    words = words_of(language)
    return {
        **{english: words[name] for english, name in PRINTED.items()},
        **dict(zip(SENTENCES, table[base], strict=True)),
        "VAT ID": tax_labels(language)[1],
        "Quote %(number)s": words["quote"] + " %(number)s",
        "valid until %(day)s": words["valid_until"] + " %(day)s",
        "Tax %(rate)s on %(net)s": words["tax_on"].replace("{rate}", "%(rate)s").replace("{net}", "%(net)s"),
    }


@cache
def _table() -> Mapping[str, list[str]]:
    """By language, from a line of each."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8").replace("{name}", "%(name)s")
    rows = [line.split("|") for line in text.splitlines()]
    return {row[0]: row[1:] for row in rows}
