"""How long a vehicle has been in stock, and the bands of age that dealers watch."""

from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from crm import clock
from crm.accounts.zones import zone_of
from crm.db.transaction import Transaction

AgeBand = Literal["0-30", "31-60", "61-90", "over-90"]
BANDS: dict[AgeBand, tuple[int, int | None]] = {
    "0-30": (0, 30), "31-60": (31, 60), "61-90": (61, 90), "over-90": (91, None),
}  # fmt: skip
"""The first and the last day of each."""


def workspace_today(tx: Transaction) -> date:
    """In the workspace's time zone, so that all who look at a vehicle count alike."""
    return clock.from_text(tx.now).astimezone(ZoneInfo(zone_of(tx, None))).date()


def days_between(stocked_on: str, until: date) -> int:
    """Zero for a vehicle that is yet to come."""
    return max(0, (until - date.fromisoformat(stocked_on)).days)


def band_of(days: int) -> AgeBand:
    return next(band for band, (_, last) in BANDS.items() if last is None or days <= last)


def stocked_between(band: AgeBand, today: date) -> tuple[str | None, str | None]:
    """The first day on which a vehicle of this age came, and the day after the last one."""
    youngest, oldest = BANDS[band]
    first = None if oldest is None else (today - timedelta(days=oldest)).isoformat()
    after = None if youngest == 0 else (today - timedelta(days=youngest - 1)).isoformat()
    return first, after
