"""Writing the figures of this process to its slot, about once a second, by the watchdog of its database."""

import os
import time
from collections.abc import Callable

import structlog

from crm import clock
from crm.db.database import Database
from crm.errors import Busy
from crm.monitoring.figures import MINUTES, Figures, JobRun, Minute, Process, ProcessKind, counts_of
from crm.monitoring.requests import RequestFigures
from crm.monitoring.shared_figures import Slot, figures_folder, take_slot
from crm.version import VERSION

EVERY_SECONDS = 1.0
MINUTE_SECONDS = 60

log = structlog.get_logger("crm.monitoring")


class Publisher:
    """Nothing is opened before the first round, which is after any fork."""

    def __init__(
        self,
        database: Database,
        kind: ProcessKind,
        certificate_ends: Callable[[], float | None] = lambda: None,
    ) -> None:
        self.requests = RequestFigures()
        self.jobs: dict[str, JobRun] = {}
        self._database = database
        self._kind = kind
        self._certificate_ends = certificate_ends
        self._due = 0.0
        self._slot: Slot | None = None
        self._before = Figures(0.0)
        self._minutes: list[Minute] = []
        self._counted: dict[str, int] = {}
        self._failing = False
        database.call_each_round(self._publish_when_due)

    def _publish_when_due(self) -> None:
        if time.monotonic() >= self._due or self._database.closed:
            self.publish()

    def publish(self) -> None:
        """Where the figures cannot be written the server goes on without them, and says so once."""
        self._due = time.monotonic() + EVERY_SECONDS
        try:
            self._write()
        except OSError as error:
            if not self._failing:
                log.warning("the figures of this process cannot be kept", reason=str(error))
            self._failing = True
        else:
            self._failing = False

    def _write(self) -> None:
        if self._slot is None:
            self._slot = take_slot(figures_folder(self._database.path))
            if self._slot is None:
                return
            self._started = clock.now().timestamp()
            self._take_over(self._slot.found or Figures(self._started))
        figures = self._figures()
        self._share(figures)
        self._slot.write(figures)
        if self._database.closed:
            self._slot.release()
            self._slot = None

    def _take_over(self, found: Figures) -> None:
        """Go on with what the predecessor counted."""
        self._before = found
        self._counted = dict(counts_of(found))
        self._minutes, found.minutes, found.processes = found.minutes, [], []
        self.requests.go_on_from(found.requests)
        found.requests = {}

    def _figures(self) -> Figures:
        statistics = self._database.statistics
        now = Figures(
            self._started,
            statistics.transactions("read"),
            statistics.transactions("write"),
            statistics.all_statements(),
            statistics.slow_count,
            statistics.slow(),
            statistics.queries(),
            self.requests.copy(),
            jobs=dict(self.jobs),
            processes=[self._process()],
            lookups=statistics.lookups(),
        )
        now.add(self._before)
        return now

    def _share(self, figures: Figures) -> None:
        """Write what came since the last round to the minute."""
        at = int(clock.now().timestamp()) // MINUTE_SECONDS * MINUTE_SECONDS
        counted = dict(counts_of(figures))
        pool = figures.processes[0].pool if figures.processes else None
        peaks = {"log_bytes": self._log_bytes()}
        if pool is not None:
            peaks |= {"waiting": pool.waiting, "active": pool.open - pool.idle}
        came = {name: count - self._counted.get(name, 0) for name, count in counted.items()}
        came["waiting_seconds"] = 0 if pool is None else pool.waiting  # as a round is a second
        if not self._minutes or self._minutes[-1].at != at:
            self._minutes = [*self._minutes, Minute(at)][-MINUTES:]
        self._minutes[-1].add(Minute(at, {name: count for name, count in came.items() if count}, peaks))
        self._counted = counted
        figures.minutes = self._minutes

    def _log_bytes(self) -> int:
        try:
            return self._database.engine.log_bytes()
        except (OSError, Busy):
            return 0

    def _process(self) -> Process:
        pool = self._database.engine.pool()
        ends = self._certificate_ends()
        return Process(self._kind, os.getpid(), self._started, VERSION, self._database.active, pool, ends)
