"""Made-up tasks: what is old is done, and some are due these days."""

from datetime import timedelta

import pytest

from crm import clock
from crm.appliance.demo import fill_with_examples
from crm.db.database import Database
from crm.errors import Conflict
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.cast import Cast
from tests.support.leads import furnish

COUNTS = {"clients": 60, "leads": 30, "tasks": 120}


def _tasks(db: Database, cast: Cast) -> list[tuple[str, bool]]:
    """The day of each and whether it is done."""
    rows = db.read(
        lambda tx: tx.tuples(
            "SELECT due_day, done_at IS NOT NULL FROM tasks WHERE workspace_id = :workspace_id"
        ),
        cast.owner,
    )
    return [(day, bool(done)) for day, done in rows]


def _fill(db: Database, cast: Cast, counts: dict[str, int]) -> None:
    for _ in fill_with_examples(db, cast.owner, counts):
        pass


def test_old_ones_are_done_and_the_open_ones_are_due_these_days(db: Database, cast: Cast) -> None:
    today = clock.now().date()
    furnish(db, cast.owner)
    _fill(db, cast, COUNTS)
    found = _tasks(db, cast)
    left = [day for day, done in found if not done]
    assert 100 < len(found) <= COUNTS["tasks"]
    assert 1 <= len(left) < 30
    assert min(left) >= str(today - timedelta(days=2)) and max(left) <= str(today + timedelta(days=8))


def test_a_demo_that_goes_on_makes_no_more_than_asked(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    for clients in (30, 60):
        _fill(db, cast, {**COUNTS, "clients": clients})
    assert len(_tasks(db, cast)) <= COUNTS["tasks"]


def test_beside_tasks_of_people_it_makes_none(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    db.write(create_task, cast.owner, TaskFields(title="Buy stamps"))
    with pytest.raises(Conflict, match="already has tasks"):
        _fill(db, cast, COUNTS)
