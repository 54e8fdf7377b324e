"""When a user's day and week begin: in their time zone and locale, else in the workspace's."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm import clock
from crm.db.transaction import Transaction
from crm.formats import formats_of
from crm.locales import HOUSE
from crm.records.conditions.periods import Calendar


def zone_of(tx: Transaction, user_id: int | None) -> str:
    """The time zone of the user, else the workspace's."""
    zone: str = tx.value(
        """
        SELECT COALESCE(u.timezone, w.timezone)
          FROM workspaces w
          LEFT JOIN users u ON u.workspace_id = w.id AND u.id = :user_id
         WHERE w.id = :workspace_id
        """,
        user_id=user_id,
    )
    return zone


def calendar_of(tx: Transaction) -> Calendar:
    """The actor's calendar: today in their time zone, and their first day of the week."""
    locale = tx.value(
        """
        SELECT COALESCE(u.locale, w.locale)
          FROM workspaces w
          LEFT JOIN users u ON u.workspace_id = w.id AND u.id = :actor_id
         WHERE w.id = :workspace_id
        """
    )
    zone = ZoneInfo(zone_of(tx, tx.actor.user_id))
    today = clock.from_text(tx.now).astimezone(zone).date()
    return Calendar(today, zone, formats_of(locale or HOUSE).first_weekday)


def span_of_days(tx: Transaction, first: date | None, last: date | None) -> tuple[str | None, str | None]:
    """When the first day begins and the last one ends, in the actor's time zone."""
    if first is None and last is None:
        return None, None
    zone = ZoneInfo(zone_of(tx, tx.actor.user_id))
    return _start(first, zone), _start(last + timedelta(days=1) if last else None, zone)


def _start(day: date | None, zone: ZoneInfo) -> str | None:
    return clock.as_text(datetime.combine(day, time(), zone)) if day else None
