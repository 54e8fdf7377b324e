"""Read the cells of an advertising report: days, counts, money. `--`, `< 10%` and the like are none."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.campaigns.figures import FUTURE, MOST_CONVERSIONS, MOST_COUNT, MOST_MONEY, last_day_begun
from crm.errors import Sentence
from crm.imports.advertising.columns import CAMPAIGN, COUNTS, DAYS, FIGURES, MONEY, Columns
from crm.imports.values.cells import clean, is_none, lost
from crm.imports.values.days import DAY_FIRST, MONTH_FIRST, detect_order, read_moment
from crm.imports.values.measures import read_measure
from crm.imports.values.numbers import detect_decimal, read_amount

MOST = {**dict.fromkeys(COUNTS, Decimal(MOST_COUNT)), **dict.fromkeys(MONEY, MOST_MONEY)}
UNTOLD = re.compile(r"[<>≤≥]\s*[\d.,]+\s*%?")
_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s+")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’ ]\d{3})+")
NOT_A_NUMBER = "is not a number"
NEGATIVE = "must not be negative"
TOO_LARGE = "is too large"
NOT_WHOLE = "must be a whole number"
UNCLEAR_DAY = "may be two days: say whether the day or the month comes first"
NO_DAY = "is not a day"


class Unreadable(Exception):
    """A cell that holds no value of its kind; `message` is the sentence of the refusal."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file writes numbers and days, found out of many cells."""

    decimal: str | None
    order: str | None
    from_1904: bool = False


def detect_writing(
    columns: Columns, sample: Sequence[Sequence[str]], *, decimal: str | None, order: str | None, usual: str
) -> Writing:
    """`decimal` and `order` are what is known or chosen already; `usual` is the sign to take in doubt."""
    numbers = [clean(cell) for row in sample for cell in _others(columns, row)]
    days = [_WEEKDAY.sub("", clean(columns.cell(row, field))) for row in sample for field in DAYS]
    return Writing(decimal or detect_decimal(numbers) or usual, order or detect_order(days) or _closest(days))


def _others(columns: Columns, row: Sequence[str]) -> Iterable[str]:
    """All cells that may be numbers: rates tell the decimal sign as well as money does."""
    apart = {columns.places.get(field) for field in (*DAYS, *CAMPAIGN)}
    return (cell for place, cell in enumerate(row) if place not in apart)


def _closest(days: Iterable[str]) -> str | None:
    """The order by which the days lie close together: `11/01` and `11/02` are two days of November."""
    spans = {}
    for order in (DAY_FIRST, MONTH_FIRST):
        found = {moment.text for day in days if day and (moment := read_moment(day, order)) is not None}
        if len(found) > 1:
            first, last = date.fromisoformat(min(found)[:10]), date.fromisoformat(max(found)[:10])
            spans[order] = (last - first).days
    if len(spans) < 2 or spans[DAY_FIRST] == spans[MONTH_FIRST]:
        return None
    return min(spans, key=lambda order: spans[order])


def read_day(cell: str, writing: Writing) -> date | None:
    """None for an empty cell. Raises Unreadable."""
    text = _WEEKDAY.sub("", clean(cell))
    if is_none(text):
        return None
    moment = read_moment(text, writing.order, from_1904=writing.from_1904)
    if moment is None or not moment.year:
        unclear = any(read_moment(text, order) is not None for order in (DAY_FIRST, MONTH_FIRST))
        raise Unreadable(UNCLEAR_DAY if unclear and writing.order is None else NO_DAY)
    day = date(moment.year, moment.month, moment.day)
    if day > last_day_begun():
        raise Unreadable(FUTURE)
    return day


def read_figure(field: str, cell: str, writing: Writing, currency: str = "") -> Decimal | None:
    """None where the platform tells no number. Raises Unreadable."""
    text = clean(cell)
    if is_none(text) or UNTOLD.fullmatch(text):
        return None
    if (why := lost(text, number=True)) is not None:
        raise Unreadable(why)
    number = _number(field, text, writing.decimal, currency)
    if number is None:
        raise Unreadable(NOT_A_NUMBER)
    return checked(field, number)


def checked(field: str, number: Decimal) -> Decimal:
    """Raises Unreadable for a figure that cannot be."""
    if not number.is_finite():
        raise Unreadable(NOT_A_NUMBER)
    if number < 0:
        raise Unreadable(NEGATIVE)
    if number > MOST.get(field, MOST_CONVERSIONS):
        raise Unreadable(TOO_LARGE)
    if field in COUNTS and number != number.to_integral_value():
        raise Unreadable(NOT_WHOLE)
    return number


def _number(field: str, text: str, decimal: str | None, currency: str) -> Decimal | None:
    if field in COUNTS and _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"\D", "", text))
    amount = read_amount(text, decimal)
    if amount is not None and amount.percent:
        return None
    if field not in MONEY:
        return None if amount is None else amount.number
    measure = read_measure(text, decimal, currency or None)
    return None if measure is None else measure.number


def figures_of(
    columns: Columns, cells: Sequence[str], writing: Writing, currency: str
) -> tuple[dict[str, Decimal | None], list[tuple[str, Sentence | str]]]:
    """Each figure that the report has a column for, and what is wrong with which."""
    found: dict[str, Decimal | None] = {}
    wrong: list[tuple[str, Sentence | str]] = []
    for field in FIGURES:
        if field in columns.places:
            try:
                found[field] = read_figure(field, columns.cell(cells, field), writing, currency)
            except Unreadable as error:
                wrong.append((field, error.message))
    return found, wrong
