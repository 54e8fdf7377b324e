"""Field types for days and times."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from crm import clock
from crm.errors import Sentence
from crm.fields import Blank

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 30)
FIRST_YEAR, LAST_YEAR = 1970, 2200


def _as_day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value.strip()):
        raise ValueError("must be a day such as 2026-11-21")
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("is not a valid date") from None


def _day_within_reach(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("must be a day from 1970-01-01 to 9999-12-30")
    return day


def _as_moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return clock.from_text(value.strip())
    except ValueError:
        raise ValueError("must be a time such as 2026-11-21T07:39:11Z") from None


def _moment_within_reach(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(
            Sentence("must be within the years {first} to {last}", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        )
    return moment


Day = Annotated[date, BeforeValidator(_as_day), AfterValidator(_day_within_reach)]
OptionalDay = Annotated[Day | None, Blank]
Moment = Annotated[AwareDatetime, BeforeValidator(_as_moment), AfterValidator(_moment_within_reach)]
"""RFC 3339 with its offset."""


def _day_of_any_year(day: date) -> date:
    if not FIRST_CAR <= day <= LAST_DAY:
        raise ValueError(Sentence("must be a day from {first} to {last}", first=FIRST_CAR, last=LAST_DAY))
    return day


FIRST_CAR = date(1885, 1, 1)
DayOfThePast = Annotated[date, BeforeValidator(_as_day), AfterValidator(_day_of_any_year)]
"""Of what may be much older than the program, such as a vehicle."""
