"""Sales under the margin scheme: no tax stands on the document, but the sentence that the law asks for.

Directive 2006/112/EC, Article 226 (14) and Article 325.
"""

from functools import cache
from typing import Any

from crm.documents.deal_words import deal_words
from crm.documents.words import document_languages

EXEMPTION = "VATEX-EU-F"
"""The reason in the code list of EN 16931: Article 313, second-hand goods."""


def margin_sentence(language: str) -> str:
    return deal_words(language)["margin"]


def says_margin(text: str | None) -> bool:
    """Whether a line of it is the sentence, in any language."""
    return not _sentences().isdisjoint((text or "").split("\n"))


def under_margin(line: Any) -> bool:
    """Whether a line of a quote or an invoice is sold so."""
    return not line.tax_rate and (says_margin(getattr(line, "tax_reason", None)) or says_margin(line.details))


def shown_taxes(document: Any) -> list[Any]:
    """The taxes of a quote or an invoice, but for what its lines under the margin scheme are taxed at."""
    lines = getattr(document, "lines", ())
    free = [line for line in lines if line.kind == "item" and not line.tax_rate]
    if not free or not all(under_margin(line) for line in free):
        return list(document.taxes)
    return [each for each in document.taxes if each.tax_rate]


@cache
def _sentences() -> frozenset[str]:
    return frozenset(margin_sentence(language) for language in document_languages())
