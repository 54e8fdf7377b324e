"""How the business goes: won week by week, against the weeks before, in each currency for itself."""

from datetime import date, timedelta

from crm.db.database import Database
from crm.leads.trend import show_trends
from tests.support.cast import Cast
from tests.support.frozen_clock import START, FrozenClock
from tests.support.leads import Stages, add_lead

SATURDAY, SUNDAY = 5, 6


def test_the_last_week_ends_today_and_as_many_days_are_compared_with_those_of_four_weeks_before(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    for weeks, value in ((0, 10), (3, 20), (4, 5), (7, 15), (11, 100), (12, 7000)):
        frozen_clock.set(START - timedelta(weeks=weeks))
        add_lead(db, cast.owner, value=value, stage_id=stages["Won"].id)
    frozen_clock.set(START)
    add_lead(db, cast.owner, value=200)
    add_lead(db, cast.owner, value=999, stage_id=stages["Lost"].id)
    [trend] = db.read(show_trends, cast.owner, "UTC")
    assert [week.value for week in trend.weeks] == [100, 0, 0, 0, 15, 0, 0, 5, 20, 0, 0, 10]
    assert (trend.weeks[-1].first, trend.weeks[-1].last) == (date(2026, 11, 16), date(2026, 11, 21))
    assert (trend.won, trend.won_leads, trend.before, trend.change) == (30, 2, 20, 50)
    assert (trend.opened.value, trend.opened.weighted) == (200, 2 * stages["New"].probability)


def test_a_week_begins_on_the_first_day_of_the_readers_weeks(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    won = {day: START.replace(day=day) for day in (14, 15, 16, 20, 21)}
    for value, moment in enumerate(won.values(), start=1):
        frozen_clock.set(moment)
        add_lead(db, cast.owner, value=10**value, stage_id=stages["Won"].id)
    frozen_clock.set(START)
    for first_weekday, first in ((0, 16), (SATURDAY, 21), (SUNDAY, 15)):
        [trend] = db.read(show_trends, cast.owner, "UTC", first_weekday)
        assert (trend.weeks[-1].first, trend.weeks[-1].last) == (date(2026, 11, first), date(2026, 11, 21))
        assert trend.weeks[-1].value == sum(10**n for n, day in enumerate(won, start=1) if day >= first)
        assert all((week.last - week.first).days == 6 for week in trend.weeks[:-1])
        assert trend.won == sum(week.value for week in trend.weeks[-4:]) == 111_110


def test_days_of_this_week_that_are_yet_to_come_do_not_count_four_weeks_ago_either(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    for days, value in ((28, 7), (27, 900)):
        frozen_clock.set(START - timedelta(days=days))
        add_lead(db, cast.owner, value=value, stage_id=stages["Won"].id)
    frozen_clock.set(START)
    [trend] = db.read(show_trends, cast.owner, "UTC")
    assert (trend.weeks[-5].value, trend.before, trend.won) == (907, 7, 0)


def test_currencies_are_never_summed_and_the_usual_one_is_first(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    for currency in ("EUR", "EUR", "JPY"):
        add_lead(db, cast.owner, value=50, currency=currency, stage_id=stages["Won"].id)
    add_lead(db, cast.owner, value=8)
    trends = db.read(show_trends, cast.owner, "UTC")
    assert [(each.currency, each.won, each.change) for each in trends] == [
        ("USD", 0, None), ("EUR", 100, None), ("JPY", 50, None),
    ]  # fmt: skip
    assert db.read(show_trends, cast.outsider, "UTC") == []


def test_a_week_begins_where_the_reader_is(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    frozen_clock.advance(hours=8, days=-7)
    add_lead(db, cast.owner, value=5, stage_id=stages["Won"].id)
    frozen_clock.set(START)
    [here] = db.read(show_trends, cast.owner, "UTC", SUNDAY)
    [tokyo] = db.read(show_trends, cast.owner, "Asia/Tokyo", SUNDAY)
    assert [week.value for week in here.weeks[-2:]] == [5, 0]
    assert [week.value for week in tokyo.weeks[-2:]] == [0, 5]
