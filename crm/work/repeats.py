"""The next due date of a repeating task, in the assignee's time zone."""

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.zones import zone_of
from crm.db.transaction import Transaction
from crm.work.due_days import end_of_day

Repeat = Literal["daily", "weekdays", "weekly", "monthly", "yearly"]

SERIES = ("title", "repeat", "assignee_id", "subject", "subject_id", "first_due_at")
"""What the tasks of one series share."""

MONTHS = {"monthly": 1, "yearly": 12}
SATURDAY = 5


def due_again(tx: Transaction, task: Mapping[str, Any]) -> dict[str, str | None] | None:
    """`due_at` and `due_day` of the next task of the series; None when a later one is open already."""
    if _goes_on(tx, {name: task[name] for name in SERIES}, task["due_at"]):
        return None
    zone = zone_of(tx, task["assignee_id"])
    if task["due_day"] is None:
        due = next_due(task["repeat"], task["first_due_at"], task["due_at"], tx.now, zone)
        return {"due_at": due, "due_day": None}
    day = next_day(task["repeat"], task["first_due_day"], task["due_day"], tx.now, zone)
    return {"due_at": end_of_day(day, zone), "due_day": day}


def next_due(repeat: Repeat, first: str, due: str, now: str, timezone: str) -> str:
    """The first time after `due` and after `now`, at the same hour by the clock on the wall.

    A task of the 31st is due on the last day of shorter months, and on the 31st again after them: its day is
    the one of `first`, the first time that it was due.
    """
    zone = ZoneInfo(timezone)
    begin, wall = _local(first, zone), _local(due, zone)
    after = max(wall, _local(now, zone))
    day = wall.date()
    while True:
        day = _following(repeat, day, begin.date())
        moment = datetime.combine(day, begin.time(), zone)
        if moment > after:
            return clock.as_text(moment)
        day = _leap(repeat, day, after.date())


def next_day(repeat: Repeat, first: str, due: str, now: str, timezone: str) -> str:
    """The first day after `due` that is not over yet at `now`; see `next_due` of the days of a month."""
    begin, day = date.fromisoformat(first), date.fromisoformat(due)
    today = _local(now, ZoneInfo(timezone)).date()
    while True:
        day = _following(repeat, day, begin)
        if day >= today:
            return day.isoformat()
        day = _leap(repeat, day, today - timedelta(days=1))


def _goes_on(tx: Transaction, series: Mapping[str, Any], due: str) -> bool:
    return bool(
        tx.value(
            """
            SELECT 1
              FROM tasks
             WHERE workspace_id = :workspace_id
               AND assignee_id IS NOT DISTINCT FROM :assignee_id
               AND due_at > :due
               AND first_due_at = :first_due_at
               AND repeat = :repeat
               AND title = :title
               AND subject IS NOT DISTINCT FROM :subject
               AND subject_id IS NOT DISTINCT FROM :subject_id
               AND done_at IS NULL
               AND deleted_at IS NULL
             LIMIT 1
            """,
            due=due,
            **series,
        )
    )


def find_untouched_next(tx: Transaction, done: object, done_at: str) -> int | None:
    """The next task of the series that came of doing this one, while nobody has changed or done it."""
    found: int | None = tx.value(
        """
        SELECT id
          FROM tasks
         WHERE workspace_id = :workspace_id
           AND created_at = :done_at
           AND first_due_at = :first_due_at
           AND repeat = :repeat
           AND title = :title
           AND subject IS NOT DISTINCT FROM :subject
           AND subject_id IS NOT DISTINCT FROM :subject_id
           AND version = 1
           AND done_at IS NULL
           AND deleted_at IS NULL
         LIMIT 1
        """,
        done_at=done_at,
        **{name: getattr(done, name) for name in SERIES if name != "assignee_id"},
    )
    return found


def _following(repeat: Repeat, day: date, first: date) -> date:
    if repeat in MONTHS:
        months = day.year * 12 + day.month - 1 + MONTHS[repeat]
        year, month = divmod(months, 12)
        return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1]))
    if repeat == "weekly":
        return day + timedelta(days=7)
    day += timedelta(days=1)
    while repeat == "weekdays" and day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _leap(repeat: Repeat, day: date, after: date) -> date:
    """Begin near the present if a task was overdue for years."""
    missed = (after - day).days
    if repeat in {"daily", "weekdays"} and missed > 2:
        return after - timedelta(days=2)
    return day + timedelta(days=missed // 7 * 7) if repeat == "weekly" and missed > 7 else day


def _local(text: str, zone: ZoneInfo) -> datetime:
    return clock.from_text(text).astimezone(zone)


def is_deactivated(tx: Transaction, assignee_id: int | None) -> bool:
    sql = """
        SELECT 1
          FROM users
         WHERE workspace_id = :workspace_id
           AND id = :assignee_id
           AND disabled_at IS NOT NULL
    """
    return tx.value(sql, assignee_id=assignee_id) is not None
