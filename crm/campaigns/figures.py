"""The figures of one campaign's day, as they are given and as they are stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import orjson
from pydantic import Field

from crm import clock
from crm.errors import FieldProblem, Sentence
from crm.fields import NO_TEXT
from crm.money import currency_places, places_in
from crm.time_fields import FIRST_DAY

MILLIONTHS = 1_000_000
BILLIONTHS = 1_000_000_000
FIGURES = ("impressions", "clicks", "spend", "conversions", "conversion_value")
MOST_COUNT = 10**12
MOST_MONEY = Decimal(10**10)
MOST_CONVERSIONS = Decimal(10**8)
MOST_EXTRAS = 40
LONGEST_EXTRA = 200
EARLIEST_ZONE = timedelta(hours=14)
"""Where a day begins first: UTC+14."""

FUTURE = Sentence("is a day that has begun nowhere yet")
NO_NUMBER = "must be a number"
Extra = int | float | Annotated[str, Field(max_length=LONGEST_EXTRA)]


@dataclass(frozen=True, slots=True)
class DailyFigures:
    """`spend` and `conversion_value` are in major units of the currency; None is the campaign's own.

    `conversions` may be a fraction. None is what the source does not tell: that is not 0. `extras` are
    further figures of the platform, by name.
    """

    campaign_id: int
    day: date
    impressions: int | None = 0
    clicks: int | None = 0
    spend: Decimal | None = Decimal(0)
    conversions: Decimal | None = Decimal(0)
    conversion_value: Decimal | None = Decimal(0)
    currency: str | None = None
    extras: Mapping[str, Extra] = field(default_factory=dict)

    def problems(self) -> Iterator[FieldProblem]:
        """What is wrong with them, whoever they come from."""
        if isinstance(self.day, datetime) or not self.day >= FIRST_DAY:
            yield FieldProblem("date", "must be a day from 1970-01-01 on")
        elif self.day > last_day_begun():
            yield FieldProblem("date", FUTURE)
        for name in ("impressions", "clicks"):
            yield from _problem_of(name, getattr(self, name), Decimal(MOST_COUNT), 0)
        for name in ("spend", "conversion_value"):
            yield from _problem_of(name, getattr(self, name), MOST_MONEY, 6)
        yield from _problem_of("conversions", self.conversions, MOST_CONVERSIONS, 9)
        if self.currency is not None and self.currency not in currency_places():
            yield FieldProblem("currency", "is not a currency code such as EUR (ISO 4217)")
        yield from _problems_of_extras(self.extras)

    def stored(self, currency: str) -> dict[str, Any]:
        """The columns of the row; `currency` is the campaign's."""
        return {
            "campaign_id": self.campaign_id,
            "day": self.day.isoformat(),
            "currency": self.currency or currency,
            "impressions": self.impressions or 0,
            "clicks": self.clicks or 0,
            "spend": int((self.spend or 0) * MILLIONTHS),
            "conversions": int((self.conversions or 0) * BILLIONTHS),
            "value": int((self.conversion_value or 0) * MILLIONTHS),
            "untold": self._untold(),
            "extras": orjson.dumps(dict(self.extras), option=orjson.OPT_SORT_KEYS).decode(),
        }

    def _untold(self) -> int:
        """A bit for each of FIGURES that is None."""
        return sum(1 << place for place, name in enumerate(FIGURES) if getattr(self, name) is None)


def last_day_begun() -> date:
    """The latest day that has begun anywhere."""
    return (clock.now() + EARLIEST_ZONE).date()


def _problem_of(name: str, given: Decimal | int | None, most: Decimal, places: int) -> Iterator[FieldProblem]:
    value = Decimal(0 if given is None else given)
    if not value.is_finite():
        yield FieldProblem(name, NO_NUMBER)
    elif value < 0:
        yield FieldProblem(name, "must be at least 0")
    elif value > most:
        yield FieldProblem(name, Sentence("may be at most {most}", most=most))
    elif places_in(value) > places:
        yield FieldProblem(name, Sentence("may have at most {places} decimal places", places=places))


def _problems_of_extras(extras: Mapping[str, Extra]) -> Iterator[FieldProblem]:
    if len(extras) > MOST_EXTRAS:
        yield FieldProblem("extras", Sentence("may have at most {n} names", n=MOST_EXTRAS))
        return
    for name, value in extras.items():
        texts = [name, value] if isinstance(value, str) else [name]
        if any(len(text) > LONGEST_EXTRA or NO_TEXT.search(text) for text in texts):
            yield FieldProblem("extras", "has a name or text that is too long or invalid")
        elif not isinstance(value, str) and not Decimal(str(value)).is_finite():
            yield FieldProblem("extras", NO_NUMBER)
