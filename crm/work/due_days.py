"""The day of a task without a time: the same for everybody; its last minute is the assignee's."""

from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.zones import zone_of
from crm.db.transaction import Transaction
from crm.errors import Invalid

LAST_MINUTE = time(23, 59)


class Due(Protocol):
    """The stored values of a task."""

    @property
    def due_at(self) -> str | None: ...
    @property
    def due_day(self) -> str | None: ...


def complete_due(
    tx: Transaction, values: dict[str, Any], assignee_id: int | None, old: Due | None = None
) -> None:
    """Give `values` both `due_at` and `due_day` if one of them is given.

    A moment ends a day, and to give back what stands changes nothing.
    Raises Invalid for a day beside another moment.
    """
    if "due_day" not in values and "due_at" not in values:
        return
    if old is not None and _same(old, values):
        values |= {"due_at": old.due_at, "due_day": old.due_day}
        return
    day, moment = values.get("due_day"), values.get("due_at")
    if day is not None:
        end = end_of_day(day, zone_of(tx, assignee_id))
        if moment not in {None, end, old.due_at if old and old.due_day else None}:
            raise Invalid.field(
                "due_at", "cannot be combined with due_day: a task is due on a day or at a time"
            )
        moment = end
    values |= {"due_at": moment, "due_day": day}


def _same(old: Due, values: dict[str, Any]) -> bool:
    return all(name not in values or values[name] == getattr(old, name) for name in ("due_at", "due_day"))


def end_of_day(day: str, timezone: str) -> str:
    """Its last minute there."""
    return clock.as_text(datetime.combine(date.fromisoformat(day), LAST_MINUTE, ZoneInfo(timezone)))
