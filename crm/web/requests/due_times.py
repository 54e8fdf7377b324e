"""When something is due: a day, or a time in the reader's zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.fields import timezones
from crm.errors import Invalid
from crm.web.sessions.identity import identity


def due_from(day: str, hour: str, zone: str = "") -> dict[str, str | None]:
    """`due_day` of a form's day without an hour, `due_at` of one with it; nothing is due without a day.

    The hour is one of `zone`, such as the client's, else of the reader's. Raises Invalid.
    """
    if zone and zone not in timezones():
        raise Invalid.field("due_zone", "is not a time zone such as Europe/Berlin")
    if not day.strip():
        return {"due_at": None, "due_day": None}
    if not hour.strip():
        return {"due_day": day}
    try:
        local = datetime.combine(
            datetime.strptime(day.strip(), "%Y-%m-%d").date(),  # noqa: DTZ007 - the zone is the reader's
            time.fromisoformat(hour.strip()),
            ZoneInfo(zone or identity().timezone),
        )
        return {"due_at": clock.as_text(local)}
    except (ValueError, OverflowError):
        raise Invalid.field("due_at", "needs a day and a time") from None


def day_start(day: date) -> str:
    """The stored form of the reader's midnight."""
    return clock.as_text(datetime.combine(day, time(), ZoneInfo(identity().timezone)))


def day_and_hour(moment: str | None, day: str | None) -> tuple[str, str]:
    """The day and hour of a stored due time, for a form: the reverse of `due_from`."""
    if day is not None or moment is None:
        return day or "", ""
    local = clock.from_text(moment).astimezone(ZoneInfo(identity().timezone))
    return local.date().isoformat(), local.isoformat()[11:16]
