"""My day: tasks, leads that need attention, and changes since yesterday."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from crm import clock
from crm.activity.timeline import Activity, ActivityFilter, list_activities
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.work.task_lists import (
    TaskFilter,
    count_tasks,
    list_tasks,
)
from crm.work.tasks import Task

R = TypeVar("R")

MOST = 50
CHANGES = 20


@dataclass(frozen=True, slots=True)
class MyDay(Generic[R]):
    """Each list has at most MOST; `overdue_count` and `today_count` are the real numbers.

    `undated` are the tasks without a day, `stale` the actor's records that need attention.
    """

    overdue: list[Task]
    overdue_count: int
    today: list[Task]
    today_count: int
    later: list[Task]
    undated: list[Task]
    stale: list[R]
    changed: list[Activity]


def show_my_day(
    tx: Transaction,
    timezone: str,
    list_stale: Callable[[Transaction, int], list[R]],
    list_changes: Callable[..., Page[Activity]] = list_activities,
) -> MyDay[R]:
    """The actor's day, as days are where `timezone` is. `list_stale` finds at most so many records of the
    actor's that wait; `list_changes` may take together what one act changed.
    """
    midnight = _midnight(tx.now, timezone)
    tomorrow = clock.as_text(_next_day(midnight, 1))
    mine = tx.actor.user_id
    open_ones = TaskFilter(assignee_id=mine, done=False, timezone=timezone)
    overdue = replace(open_ones, due_until=tx.now)
    today = replace(open_ones, due_from=tx.now, due_until=tomorrow)
    later = replace(open_ones, due_from=tomorrow)
    since = clock.as_text(_next_day(midnight, -1))
    return MyDay(
        overdue=list_tasks(tx, overdue, limit=MOST).rows,
        overdue_count=count_tasks(tx, overdue),
        today=list_tasks(tx, today, limit=MOST).rows,
        today_count=count_tasks(tx, today),
        later=list_tasks(tx, later, limit=5).rows,
        undated=list_tasks(tx, replace(open_ones, undated=True), limit=MOST).rows,
        stale=list_stale(tx, MOST),
        changed=list_changes(tx, ActivityFilter(since=since), limit=CHANGES).rows,
    )


def count_due(tx: Transaction, timezone: str) -> int:
    """How many of the actor's tasks are overdue, or due by the end of the day where `timezone` is."""
    return count_tasks(tx, _due(tx, timezone))


def list_due(tx: Transaction, timezone: str, limit: int) -> list[Task]:
    """The first of those that `count_due` counts."""
    return list_tasks(tx, _due(tx, timezone), limit=limit).rows


def _due(tx: Transaction, timezone: str) -> TaskFilter:
    tomorrow = clock.as_text(_next_day(_midnight(tx.now, timezone), 1))
    return TaskFilter(assignee_id=tx.actor.user_id, done=False, due_until=tomorrow, timezone=timezone)


def _midnight(now: str, timezone: str) -> datetime:
    here = clock.from_text(now).astimezone(ZoneInfo(timezone))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def _next_day(midnight: datetime, days: int) -> datetime:
    """By the clock on the wall: days of 23 and 25 hours count as one."""
    return midnight + timedelta(days=days)
