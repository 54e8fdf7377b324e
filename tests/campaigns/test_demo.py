"""Made-up campaigns: what a report shows of them."""

from datetime import date, timedelta

from crm import clock
from crm.appliance.demo import fill_with_examples
from crm.db.database import Database
from tests.support.cast import Cast

COUNTS = {"clients": 40, "campaigns": 6}


def _days(db: Database, cast: Cast) -> list[tuple[date, date, int]]:
    """Of each campaign with figures: its start, their last day, and how many days have some."""
    rows = db.read(
        lambda tx: tx.tuples(
            """
            SELECT c.start_date, max(k.day), count(*)
              FROM campaigns c
              JOIN daily_kpi_data k ON k.workspace_id = c.workspace_id
               AND k.campaign_id = c.id
             WHERE c.workspace_id = :workspace_id
             GROUP BY c.id, c.start_date
            """
        ),
        cast.owner,
    )
    return [(date.fromisoformat(start), date.fromisoformat(last), count) for start, last, count in rows]


def test_each_campaign_has_figures_from_its_start_to_the_present_time(db: Database, cast: Cast) -> None:
    for _ in fill_with_examples(db, cast.owner, COUNTS):
        pass
    found, today = _days(db, cast), clock.now().date()
    assert len(found) >= COUNTS["campaigns"] - 1
    for start, last, count in found:
        assert timedelta(0) < today - last < timedelta(days=50)
        assert count > (last - start).days * 0.8


def test_a_demo_that_goes_on_repeats_no_day(db: Database, cast: Cast) -> None:
    for part in (20, 40):
        for _ in fill_with_examples(db, cast.owner, {"clients": part, "campaigns": 6}):
            pass
    for start, last, count in _days(db, cast):
        assert count <= (last - start).days
