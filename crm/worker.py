"""One loop that runs what is due: each task at its interval, one after another."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from crm import clock
from crm.appliance.backups import back_up_when_due
from crm.config import Settings, load_settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.heartbeat import beat
from crm.db.idempotency import forget_answers
from crm.errors import Busy
from crm.logs import configure_logging
from crm.signals import Signals

LONGEST_SLEEP = 1.0
BEAT_SECONDS = 10.0
ANSWERS_KEPT = timedelta(days=2)
STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})

log = structlog.get_logger("crm.worker")


@dataclass(frozen=True, slots=True)
class Task:
    """`run` is called every `seconds`, first one interval after the start."""

    name: str
    seconds: float
    run: Callable[[Database, Settings], object]


def forget_old_answers(db: Database, _settings: Settings) -> int:
    """The answers kept for repeated requests, once nobody repeats them any more."""
    return db.write(forget_answers, SYSTEM, clock.as_text(clock.now() - ANSWERS_KEPT))


TASKS = (
    Task("forget old answers", 3600, forget_old_answers),
    Task("back up when due", 300, back_up_when_due),
)


class Worker:
    def __init__(self, settings: Settings, tasks: Sequence[Task] = TASKS) -> None:
        self._database = Database.open(settings)
        self._settings = settings
        self._path = settings.sqlite_path
        now = time.monotonic()
        self._due = {task: now + task.seconds for task in tasks}
        self._beat_due = now

    def run(self, signals: Signals, parent: int) -> None:
        """Until a signal says stop, or the process that started this one is gone."""
        log.info("worker started", tasks=len(self._due))
        while os.getppid() == parent:
            self.run_due()
            if signals.wait(self.sleep()) & STOP:
                break
        self._database.close()
        log.info("worker stopped")

    def sleep(self) -> float:
        """Seconds until something is due; never long, so that an orphan notices."""
        soonest = min([*self._due.values(), self._beat_due])
        return max(0.0, min(LONGEST_SLEEP, soonest - time.monotonic()))

    def run_due(self) -> None:
        if self._beat_due <= time.monotonic():
            beat(self._path, "")
            self._beat_due = time.monotonic() + BEAT_SECONDS
        for task, due in self._due.items():
            if due <= time.monotonic():
                self._run(task)
                self._due[task] = time.monotonic() + task.seconds

    def _run(self, task: Task) -> None:
        """Whatever a task meets, the others go on."""
        beat(self._path, task.name)
        started = time.monotonic()
        try:
            task.run(self._database, self._settings)
        except Busy:
            log.warning("task put off: the database is busy", task=task.name)
        except Exception:
            log.exception("task failed", task=task.name)
        else:
            log.debug("task done", task=task.name, seconds=round(time.monotonic() - started, 3))
        beat(self._path, "")


def run_worker(settings: Settings, parent: int) -> None:
    signals = Signals(*STOP)
    Worker(settings).run(signals, parent)


def main() -> None:
    settings = load_settings()
    configure_logging(settings)
    run_worker(settings, int(sys.argv[1]) if len(sys.argv) > 1 else os.getppid())


if __name__ == "__main__":
    main()
