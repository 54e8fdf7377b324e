"""A lane of the worker: jobs that run one after another, each when it is due."""

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.db.moved import Moved
from crm.errors import Busy
from crm.monitoring.figures import JobRun

LONGEST_SLEEP = 1.0
FIRST_RUN_SECONDS = 60.0
QUICK = "quick"

log = structlog.get_logger("crm.worker")


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is called every `seconds`, after the others of its lane; each lane runs at its own pace.

    `at_once`: for the first time when the worker starts.
    """

    name: str
    seconds: float
    run: Callable[[Database, Settings], object]
    lane: str = QUICK
    at_once: bool = False

    @property
    def first_after(self) -> float:
        return 0.0 if self.at_once else min(self.seconds, FIRST_RUN_SECONDS)


class Lane:
    """Tasks that run one after another, in one thread."""

    def __init__(
        self,
        jobs: Iterable[Job],
        database: Database,
        settings: Settings,
        runs: dict[str, JobRun] | None = None,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        self._may_begin = may_begin
        now = time.monotonic()
        self._runs = {} if runs is None else runs
        self._due = {job: now + job.first_after for job in jobs}
        self._database = database
        self._settings = settings

    def sleep(self) -> float:
        """Seconds until a job is due; never long, so that a stop is noticed."""
        soonest = min(self._due.values(), default=math.inf)
        return max(0.0, min(LONGEST_SLEEP, soonest - time.monotonic()))

    def run_due(self) -> None:
        for job, due in self._due.items():
            if due <= time.monotonic() and self._may_begin():
                self._run(job)
                self._due[job] = time.monotonic() + job.seconds

    def _run(self, job: Job) -> None:
        """If one job fails, the others continue."""
        started, problem = time.monotonic(), ""
        try:
            job.run(self._database, self._settings)
        except Moved:
            problem = "moved"
        except Busy:
            problem = "busy"
            log.warning("task put off: the database is busy", task=job.name)
        except Exception as error:
            problem = type(error).__name__
            log.exception("task failed", task=job.name)
        else:
            log.debug("task done", task=job.name, seconds=round(time.monotonic() - started, 3))
        now, took = clock.now().timestamp(), round(time.monotonic() - started, 3)
        self._runs[job.name] = JobRun(now, took, job.seconds, now + job.seconds, problem)
