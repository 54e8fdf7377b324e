"""Recognise the columns of an advertising report, and the currency that a header names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crm.errors import Invalid
from crm.imports.headers.known import LONGEST_HEADER, header_key
from crm.imports.values.numbers import SIGNS
from crm.money import currency_places

DAYS = ("day", "day_from", "day_to")
CAMPAIGN = ("campaign_id", "campaign")
COUNTS = ("impressions", "clicks", "link_clicks", "sessions", "engaged_sessions")
FRACTIONS = ("conversions", "leads", "purchases", "results")
MONEY = ("spend", "conversion_value")
FIGURES = (*COUNTS, *FRACTIONS, *MONEY)
PARTS = ("ad_set_id", "ad_set", "ad_id", "ad")
FIELDS = (*DAYS, *CAMPAIGN, *PARTS, "currency", *FIGURES, "result_indicator")
CURRENCY_WORDS = {"tl": "TRY", "руб": "RUB", "р": "RUB", "zl": "PLN", "kc": "CZK"}
_IN_HEADER = re.compile(r"^(.*?)\s*(?:[,(\[]\s*)([^\s,()\[\]]{1,4})\.?\s*[)\]]?\s*$")


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of each field that the report has, from 0; `currency` is the one that a header names."""

    places: Mapping[str, int]
    currency: str = ""

    @property
    def are_a_report(self) -> bool:
        has_day = any(field in self.places for field in DAYS)
        has_campaign = any(field in self.places for field in CAMPAIGN)
        return has_day and has_campaign and any(field in self.places for field in FIGURES)

    def cell(self, cells: Sequence[str], field: str) -> str:
        place = self.places.get(field, -1)
        return cells[place] if 0 <= place < len(cells) else ""


def find_columns(headers: Sequence[str]) -> Columns:
    """By their headers; unknown ones are left out."""
    best: dict[str, tuple[int, int]] = {}
    currencies: dict[str, str] = {}
    for place, header in enumerate(headers):
        plain, currency = part_currency(header)
        found = _words().get(header_key(header)) or (_words().get(header_key(plain)) if currency else None)
        if found is None:
            continue
        field, rank = found
        if field not in best or rank < best[field][0]:
            best[field] = (rank, place)
            currencies[field] = currency
    places = {field: place for field, (_, place) in best.items()}
    named = [currencies[field] for field in MONEY if currencies.get(field)]
    return Columns(places, named[0] if named else "")


def choose_columns(headers: Sequence[str], chosen: Mapping[str, str]) -> Columns:
    """As people mapped them: the field of each header. Raises Invalid, naming the field."""
    places = {field: _place_of(headers, header, field) for field, header in chosen.items()}
    if unknown := [field for field in chosen if field not in FIELDS]:
        raise Invalid.field(f"columns.{unknown[0]}", "is not a figure that can be collected")
    columns = Columns(places, next(filter(None, (part_currency(chosen.get(f, ""))[1] for f in MONEY)), ""))
    if not columns.are_a_report:
        raise Invalid.field("columns", "must include the day, the campaign and a figure")
    return columns


def _place_of(headers: Sequence[str], header: str, field: str) -> int:
    keys = [header_key(each) for each in headers]
    if header_key(header) not in keys:
        raise Invalid.field(f"columns.{field}", "is not a column of the file")
    return keys.index(header_key(header))


def part_currency(header: str) -> tuple[str, str]:
    """`Amount spent (EUR)` is `Amount spent` in EUR; the currency is empty without one."""
    found = _IN_HEADER.match(header[:LONGEST_HEADER].replace("\n", " "))
    if found is None:
        return header, ""
    word = found[2].rstrip(".")
    code = SIGNS.get(word) or CURRENCY_WORDS.get(word.casefold()) or word.upper()
    return (found[1], code) if code in currency_places() else (header, "")


@cache
def _words() -> Mapping[str, tuple[str, int]]:
    """The field of each known header, and how far in front it stands among the headers of that field."""
    text = (files("crm.imports.advertising") / "words.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[str, int]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            field, _, words = line.partition(" = ")
            for rank, word in enumerate(words.split("|")):
                found.setdefault(header_key(word), (field.strip(), rank))
    return found
