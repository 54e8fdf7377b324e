"""When a critical alert steps down to a warning: a value at its threshold is not told again and again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from crm import clock
from crm.monitoring.alerts import Reading
from crm.monitoring.incidents import Incident

EASED_AFTER = timedelta(minutes=2)


class Easing:
    """Since when each critical alert has been no more than a warning, from one round to the next."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def steadied(self, opened: Iterable[Incident], readings: Iterable[Reading]) -> list[Reading]:
        """The readings, of which those that eased a moment ago are critical still."""
        critical = {incident.alert for incident in opened if incident.level == "critical"}
        return [self._steady(reading, critical) for reading in readings]

    def _steady(self, reading: Reading, critical: set[str]) -> Reading:
        if reading.level != "warning" or reading.alert not in critical:
            self._since.pop(reading.alert, None)
            return reading
        since = self._since.setdefault(reading.alert, clock.now())
        return replace(reading, level="critical") if clock.now() - since < EASED_AFTER else reading
