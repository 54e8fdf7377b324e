"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

from crm import clock

START = datetime(2026, 11, 21, 7, 39, 11, 123_000, tzinfo=UTC)


class FrozenClock:
    """Install it, and `crm.clock` tells the time it holds, and how long it has run."""

    def __init__(self) -> None:
        self.time = START
        self.ran = 1_000.0

    def install(self) -> None:
        clock.set_source(lambda: self.time, lambda: self.ran)

    def advance(self, **span: float) -> str:
        """Move on by what a timedelta takes (`seconds=5`); the new time as it is stored."""
        self.time += timedelta(**span)
        self.ran += timedelta(**span).total_seconds()
        return clock.timestamp()

    def set(self, moment: datetime) -> None:
        """As somebody sets a clock: no time passes."""
        self.time = moment
