"""A task of a day is due on that day wherever it is read; and what forms wrote as 23:59 means that day."""

from typing import Any

import pytest

from crm.accounts.fields import ProfileChanges
from crm.activity.activity import record
from crm.appliance.undo import undo_activity
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.kinds import open_database
from crm.leads.lead import Lead
from crm.leads.listing import list_stale_leads
from crm.work.my_day import MyDay, count_due, show_my_day
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.tasks import Task, change_task, create_task, get_task
from tests.support.cast import Cast, gather_cast
from tests.support.frozen_clock import FrozenClock

BEFORE_DAYS = 24


def live_in(db: Database, who: Actor, zone: str) -> None:
    fields = parse_fields(ProfileChanges, {"timezone": zone})
    db.write(
        lambda tx: tx.run(
            "UPDATE users SET timezone = :zone WHERE workspace_id = :workspace_id AND id = :user_id",
            zone=fields.timezone,
            user_id=who.user_id,
        ),
        who,
    )


def task(db: Database, who: Actor, **given: object) -> Task:
    return db.write(create_task, who, parse_fields(TaskFields, {"title": "Call back", **given}))


def change(db: Database, who: Actor, task_id: int, **given: object) -> Task:
    return db.write(change_task, who, task_id, parse_fields(TaskChanges, given))


def seen(db: Database, cast: Cast, zone: str) -> dict[str, list[str]]:
    return parts(db.read(show_my_day, cast.owner, zone, list_stale_leads))


def parts(day: MyDay[Lead]) -> dict[str, list[str]]:
    names = ("overdue", "today", "later", "undated")
    return {name: [each.title for each in getattr(day, name)] for name in names if getattr(day, name)}


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_a_day_is_the_same_day_for_whoever_reads_it(
    db: Database, cast: Cast, frozen_clock: FrozenClock, zone: str
) -> None:
    live_in(db, cast.owner, "Europe/Berlin")
    made = task(db, cast.owner, due_day="2026-11-22")
    assert (made.due_day, made.due_at) == ("2026-11-22", "2026-11-22T22:59:00.000Z")
    frozen_clock.advance(hours=22)  # 22 November, 05:39 UTC
    assert seen(db, cast, "Europe/Berlin") == {"today": ["Call back"]}
    expected = "later" if zone == "Pacific/Pago_Pago" else "today"  # it is still the 21st there
    assert seen(db, cast, zone) == {expected: ["Call back"]}
    assert db.read(count_due, cast.owner, zone) == (expected == "today")
    frozen_clock.advance(hours=24)
    assert seen(db, cast, "Europe/Berlin") == {"overdue": ["Call back"]}


def test_a_task_without_a_day_is_seen(db: Database, cast: Cast) -> None:
    task(db, cast.owner)
    assert seen(db, cast, "UTC") == {"undated": ["Call back"]}


def test_a_moment_ends_a_day_and_a_day_a_moment(db: Database, cast: Cast) -> None:
    made = task(db, cast.owner, due_day="2027-03-14")
    assert change(db, cast.owner, made.id, due_day="2027-03-14", due_at=made.due_at) == made
    timed = change(db, cast.owner, made.id, due_at="2027-03-15T09:00:00Z")
    assert (timed.due_day, timed.due_at) == (None, "2027-03-15T09:00:00.000Z")
    assert change(db, cast.owner, made.id, due_day=None) == timed
    again = change(db, cast.owner, made.id, due_day="2027-03-16")
    assert (again.due_day, again.due_at) == ("2027-03-16", "2027-03-16T23:59:00.000Z")
    assert change(db, cast.owner, made.id, due_at=None).due_day is None
    with pytest.raises(Invalid) as refused:
        task(db, cast.owner, due_day="2027-03-14", due_at="2027-03-14T09:00:00Z")
    assert refused.value.problems[0].field == "due_at"


def test_a_changed_day_is_undone(db: Database, cast: Cast) -> None:
    made = task(db, cast.owner, due_day="2027-03-14")
    change(db, cast.owner, made.id, due_at="2027-03-15T09:00:00Z")
    live_in(db, cast.owner, "Asia/Tokyo")
    newest = int(db.read(lambda tx: tx.value(
        "SELECT MAX(id) FROM activities WHERE workspace_id = :workspace_id"
    ), cast.owner))  # fmt: skip
    db.write(undo_activity, cast.owner, newest)
    assert db.read(get_task, cast.owner, made.id).due_day == "2027-03-14"


@pytest.mark.parametrize(
    "series",
    [
        ("daily", "2026-11-21", "2026-11-22"),
        ("daily", "2026-11-01", "2026-11-21"),
        ("weekly", "2026-11-14", "2026-11-21"),
        ("weekdays", "2026-11-20", "2026-11-23"),
        ("monthly", "2027-01-31", "2027-02-28"),
        ("yearly", "2028-02-29", "2029-02-28"),
    ],
)
def test_a_repeating_task_of_a_day_comes_again_on_a_day(
    db: Database, cast: Cast, frozen_clock: FrozenClock, series: tuple[str, str, str]
) -> None:
    repeat, day, expected = series
    live_in(db, cast.colleague, "Asia/Tokyo")
    made = task(db, cast.owner, due_day=day, repeat=repeat, assignee_id=cast.colleague.user_id)
    change(db, cast.owner, made.id, done=True)
    following = db.read(get_task, cast.owner, made.id + 1)
    assert (following.due_day, following.first_due_day) == (expected, day)
    change(db, cast.owner, made.id, done=False)
    assert titles(db, cast.owner) == [made.id]


def titles(db: Database, who: Actor) -> list[int]:
    rows = db.read(
        lambda tx: tx.all("SELECT id FROM tasks WHERE workspace_id = :workspace_id AND deleted_at IS NULL"),
        who,
    )
    return [row["id"] for row in rows]


def test_what_forms_wrote_as_the_last_minute_of_a_day_becomes_that_day(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:BEFORE_DAYS])
        prepare(settings)
        db = open_database(settings)
        cast = gather_cast(db)
        live_in(db, cast.owner, "Europe/Berlin")
        live_in(db, cast.colleague, "Asia/Tokyo")
        last = "2027-03-14T22:59:00.000Z"
        written = [
            db.write(old_task, cast.owner, last, None, cast.colleague.user_id),
            db.write(old_task, cast.owner, "2027-03-14T22:58:00.000Z", None, None),
            db.write(old_task, cast.colleague, last, None, None),
            db.write(old_task, cast.owner, None, None, None),
            db.write(old_task, cast.owner, "2027-04-30T14:59:00.000Z", "monthly", cast.colleague.user_id),
        ]
        db.close()
    prepare(settings)
    db = open_database(settings)
    tasks = [db.read(get_task, cast.owner, task_id) for task_id in written]
    assert [each.due_day for each in tasks] == ["2027-03-14", None, None, None, "2027-04-30"]
    assert [each.due_at for each in tasks][:3] == [last, "2027-03-14T22:58:00.000Z", last]
    assert tasks[4].first_due_day == "2027-04-30"
    db.close()


def old_task(tx: Transaction, due_at: str | None, repeat: str | None, assignee_id: int | None) -> int:
    task_id = tx.insert(
        """
        INSERT INTO tasks (workspace_id, title, due_at, first_due_at, repeat, assignee_id,
                           created_at, updated_at)
        VALUES (:workspace_id, 'Old', :due_at, :due_at, :repeat, :assignee_id, :now, :now)
        RETURNING id
        """,
        due_at=due_at,
        repeat=repeat,
        assignee_id=assignee_id,
    )
    facts: dict[str, Any] = {"title": "Old", "due_at": due_at}
    record(tx, "task.created", "task", task_id, after={k: v for k, v in facts.items() if v is not None})
    return task_id
