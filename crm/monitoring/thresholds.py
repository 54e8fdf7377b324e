"""What people may set as thresholds of alerts."""

from collections.abc import Iterator, Mapping

from crm.errors import FieldProblem, Invalid, Sentence
from crm.monitoring.alerts import BY_NAME, Alert, Thresholds

LEVELS = ("warning", "critical")


def check_thresholds(given: Mapping[str, Thresholds]) -> None:
    """Raises Invalid, which names each one that is wrong as `slow_warning`."""
    problems = [each for name, limits in given.items() for each in _problems(BY_NAME[name], limits)]
    if problems:
        raise Invalid(*problems)


def _problems(alert: Alert, limits: Thresholds) -> Iterator[FieldProblem]:
    for level, limit in zip(LEVELS, limits, strict=True):
        if limit is not None and not 0 <= limit <= alert.highest:
            message = Sentence("must be from 0 to {highest}", highest=f"{alert.highest:.0f}")
            yield FieldProblem(f"{alert.name}_{level}", message)
    warning, critical = limits
    if warning is None or critical is None:
        return
    if alert.under and warning < critical:
        yield FieldProblem(f"{alert.name}_warning", "must not be under the critical value")
    if not alert.under and warning > critical:
        yield FieldProblem(f"{alert.name}_warning", "must not be over the critical value")
