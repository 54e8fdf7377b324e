"""When something is due, between the clock on the reader's wall and the moment that is stored."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm import clock
from crm.errors import Invalid
from crm.web.identity import identity

END_OF_DAY = time(23, 59)


def due_from(day: str, hour: str) -> str | None:
    """The stored form of a form's day and hour; without an hour, the end of the day; without a day, None."""
    if not day.strip():
        return None
    try:
        local = datetime.combine(
            datetime.strptime(day.strip(), "%Y-%m-%d").date(),  # noqa: DTZ007 - the zone is the reader's
            time.fromisoformat(hour.strip()) if hour.strip() else END_OF_DAY,
            ZoneInfo(identity().timezone),
        )
        return clock.as_text(local)
    except (ValueError, OverflowError):
        raise Invalid.field("due_at", "must be a day and a time of it") from None


def day_start(day: date) -> str:
    """The stored form of the reader's midnight."""
    return clock.as_text(datetime.combine(day, time(), ZoneInfo(identity().timezone)))


def day_and_hour(moment: str | None) -> tuple[str, str]:
    """What `due_from` takes, for a form that is filled already."""
    if moment is None:
        return "", ""
    local = clock.from_text(moment).astimezone(ZoneInfo(identity().timezone))
    hour = "" if local.time() == END_OF_DAY else local.strftime("%H:%M")
    return local.strftime("%Y-%m-%d"), hour
