"""What the results of a report are: Meta tells of each row what it counted, such as leads."""

from collections.abc import Mapping
from decimal import Decimal

from crm.imports.values.cells import is_none
from crm.word_forms import spell

LEAD_WORDS = ("lead", "lid", "лид", "prospect")
PURCHASE_WORDS = ("purchase", "kauf", "kaufe", "achat", "compra", "acquist", "zakup", "satin alma", "покуп")
OTHER_WORDS = (
    "registration", "contact", "schedule", "submit_application", "conversion", "messaging", "konversation",
    "custom", "subscribe", "trial", "donate", "appointment",
)  # fmt: skip


def with_results(figures: Mapping[str, Decimal | None], indicator: str) -> dict[str, Decimal | None]:
    """Leads and purchases out of the results, and conversions out of both where no column has them.

    Results that are clicks, views or likes are no conversions. A purchase that stands both in its own
    column and among the results is counted once.
    """
    found = dict(figures)
    results = found.pop("results", None)
    kind = _kind_of(indicator)
    if kind in ("leads", "purchases") and found.get(kind) is None:
        found[kind] = results
    if found.get("conversions") is None and "conversions" not in figures:
        parts = [found.get("leads"), found.get("purchases"), results if kind == "other" else None]
        found["conversions"] = (
            sum(filter(None, parts), Decimal(0)) if any(p is not None for p in parts) else None
        )
    if found.get("clicks") is None:
        found["clicks"] = found.get("link_clicks")
    return found


def _kind_of(indicator: str) -> str:
    """`leads`, `purchases`, `other` for another conversion, or empty for what is none."""
    if is_none(indicator):
        return ""
    text = spell(indicator)
    if any(word in text for word in LEAD_WORDS):
        return "leads"
    if any(word in text for word in PURCHASE_WORDS):
        return "purchases"
    return "other" if any(word in text for word in OTHER_WORDS) else ""
