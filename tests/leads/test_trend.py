"""How the business goes: won week by week, against the weeks before, in each currency for itself."""

from datetime import date, timedelta

from crm.db.database import Database
from crm.leads.trend import show_trends
from tests.support.cast import Cast
from tests.support.frozen_clock import START, FrozenClock
from tests.support.leads import Stages, add_lead


def test_weeks_end_today_and_are_compared_with_those_before(
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
    assert (trend.weeks[-1].first, trend.weeks[-1].last) == (date(2026, 11, 15), date(2026, 11, 21))
    assert (trend.won, trend.won_leads, trend.before, trend.change) == (30, 2, 20, 50)
    assert (trend.opened.value, trend.opened.weighted) == (200, 2 * stages["New"].probability)


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
    [here] = db.read(show_trends, cast.owner, "UTC")
    [tokyo] = db.read(show_trends, cast.owner, "Asia/Tokyo")
    assert [week.value for week in here.weeks[-2:]] == [5, 0]
    assert [week.value for week in tokyo.weeks[-2:]] == [0, 5]
