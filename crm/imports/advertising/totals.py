"""Which rows of a report are no campaign's day: totals, comments, the header again."""

import re
from collections.abc import Sequence

from crm.imports.advertising.columns import Columns
from crm.imports.reading.layout import total_words
from crm.imports.values.cells import clean, is_none
from crm.word_forms import same_word

TOTAL = "total"
COMMENT = "comment"
HEADER = "header again"
_COUNTED = re.compile(
    r"(?:total|totals|gesamt|gesamtsumme|summe|totale|suma|razem|toplam|итого|всего|somme)\b", re.IGNORECASE
)
_TOTAL_OF = re.compile(
    r"(?:total|totale|suma|toplam|gesamt)\s+(?:of|de|di|rows|von)\b.*\d.*|total rows:.*", re.IGNORECASE
)


def why_left_out(columns: Columns, cells: Sequence[str]) -> str | None:
    """The reason, or None for a row that is to be counted. `Total Care` with a day is a campaign."""
    first = next((text for text in map(clean, cells) if text), "")
    if first.startswith("#"):
        return COMMENT
    day = _filled(columns, cells, "day") or _filled(columns, cells, "day_from")
    has_day = any(char.isdigit() for char in day)
    name, platform_id = _filled(columns, cells, "campaign"), _filled(columns, cells, "campaign_id")
    if platform_id and has_day and not _is_label(platform_id):
        return None
    if not name and not platform_id:
        return TOTAL
    if _is_label(name) or _is_label(platform_id) or _is_label(day):
        return TOTAL
    begins = _COUNTED.match(name) or _COUNTED.match(first)
    return TOTAL if not has_day and not platform_id and begins else None


def _is_label(text: str) -> bool:
    plain = same_word(text.rstrip(": "))
    return bool(text) and (plain in total_words() or _TOTAL_OF.fullmatch(text) is not None)


def _filled(columns: Columns, cells: Sequence[str], field: str) -> str:
    text = clean(columns.cell(cells, field))
    return "" if is_none(text) else text
