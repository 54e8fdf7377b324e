"""Days and times in the one form of all pages: `Today, 14:30`, `14 Mar, 14:30`, `14 Mar 2027`.

Each is a `<time>` that can be pointed at and reached by keyboard: `times.js` then shows the exact moment,
with its zone; without scripts the browser does so on hover. `moment_text` and `day_text` are plain text.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from crm import clock
from crm.formats import formats_of
from crm.web.words.formats import reader_formats, reader_zone

TIME = Markup('<time datetime="%s" title="%s" tabindex="0">%s</time>')


def install_times(app: Flask) -> None:
    app.jinja_env.filters.update(moment=moment, hour=hour, calendar_day=calendar_day, day_text=day_text)
    app.jinja_env.filters.update(days_in_short=days_in_short)
    app.jinja_env.filters.update(days_since=days_since)
    app.jinja_env.globals.update(day_key=day_key, today_key=today_key, now_text=clock.timestamp)


def moment(timestamp: str, inside: bool = False) -> Markup:
    """Day and hour; `inside` a sentence its first word is small."""
    return _time(timestamp, moment_text(timestamp, inside))


def moment_text(timestamp: str, inside: bool = False) -> str:
    """As plain text. The hour of a day of an earlier year is left out: it is seldom what is looked for."""
    then = _here(clock.from_text(timestamp))
    near = _near(then.date(), inside)
    if near is None and then.year < _today().year:
        return _written(then.date())
    return f"{near or _written(then.date())}, {reader_formats().hour(then)}"


def hour(timestamp: str) -> Markup:
    """Where the day is said above."""
    return _time(timestamp, reader_formats().hour(_here(clock.from_text(timestamp))))


def calendar_day(text: str) -> Markup:
    """A day without a time, such as an expected close."""
    chosen = date.fromisoformat(text)
    exact = reader_formats().exact_day(chosen)
    return _marked(text, exact, _near(chosen) or _written(chosen))


def day_text(day: str | date) -> str:
    """Of a stored fact or a filter, which stays true tomorrow: never `Today`."""
    return _written(day if isinstance(day, date) else date.fromisoformat(day))


def days_in_short(days: Sequence[str]) -> str:
    """Days in order, those that follow each other as one: `3 Nov to 5 Nov, 9 Nov`."""
    runs: list[list[date]] = []
    for day in map(date.fromisoformat, days):
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run_text(run) for run in runs)


def _run_text(run: Sequence[date]) -> str:
    if len(run) == 1:
        return day_text(run[0])
    return str(_("%(first)s to %(last)s", first=day_text(run[0]), last=day_text(run[-1])))


def month_text(label: str) -> str:
    """2026-11 as people say it."""
    return reader_formats().month(date.fromisoformat(f"{label}-01"))


def today_text() -> str:
    """`Friday, 27 November`, for the head of a page."""
    return reader_formats().day_of_week(_today())


def day_key(timestamp: str) -> str:
    """The reader's calendar day, for grouping."""
    return _here(clock.from_text(timestamp)).date().isoformat()


def today_key() -> str:
    """The reader's day, as a form's date holds it."""
    return _today().isoformat()


def days_since(timestamp: str) -> int:
    return (clock.now() - clock.from_text(timestamp)).days


def _near(then: date, inside: bool = False) -> str | None:
    match (then - _today()).days:
        case -1:
            return str(_("yesterday") if inside else _("Yesterday"))
        case 0:
            return str(_("today") if inside else _("Today"))
        case 1:
            return str(_("tomorrow") if inside else _("Tomorrow"))
    return None


def _written(then: date) -> str:
    return reader_formats().day(then, _today())


def _here(moment: datetime) -> datetime:
    return moment.astimezone(reader_zone())


def _today() -> date:
    return _here(clock.now()).date()


def _time(timestamp: str, text: str) -> Markup:
    exact = _exact(timestamp, reader_formats().tag, reader_zone())
    return _marked(timestamp, exact, text)


def _marked(machine: str, exact: str, text: str) -> Markup:
    return TIME % (machine, exact, text)


@lru_cache(maxsize=8192)
def _exact(timestamp: str, tag: str, zone: ZoneInfo) -> str:
    """Kept, as lists show the same moments again and again."""
    return formats_of(tag).exact(clock.from_text(timestamp).astimezone(zone))
