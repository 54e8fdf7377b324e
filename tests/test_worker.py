"""The worker runs what is due, whatever one task meets, and shows that it is alive."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.database import Database
from crm.db.heartbeat import STALE_SECONDS, beat, is_beating
from crm.db.idempotency import StoredAnswer, find_answer, store_answer
from crm.db.instance_lock import hold_worker
from crm.db.refusal import StartRefused
from crm.errors import Busy
from crm.lane import LONGEST_SLEEP, Job, Lane
from crm.signals import Signals
from crm.worker import ANSWERS_KEPT, JOBS, STOP, Worker, forget_old_answers
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock


class Recorder:
    """Tasks that note their names, and fail where an error is given."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    def task(self, name: str, seconds: float = 0, error: Exception | None = None) -> Job:
        def run(_db: Database, _settings: Settings) -> None:
            self.ran.append(name)
            if error:
                raise error

        return Job(name, seconds, run)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.mark.parametrize("error", [ValueError("a defect"), Busy("the database is locked")])
def test_a_task_that_fails_stops_no_other_and_is_tried_again(
    db: Database, settings: Settings, recorder: Recorder, error: Exception
) -> None:
    lane = Lane((recorder.task("fails", error=error), recorder.task("works")), db, settings)
    lane.run_due()
    lane.run_due()
    assert recorder.ran == ["fails", "works"] * 2


def test_a_task_waits_for_its_time(db: Database, settings: Settings, recorder: Recorder) -> None:
    lane = Lane((recorder.task("hourly", seconds=3600),), db, settings)
    lane.run_due()
    assert recorder.ran == []
    assert 0 <= lane.sleep() <= LONGEST_SLEEP


def test_what_is_to_run_at_once_does(db: Database, settings: Settings, recorder: Recorder) -> None:
    Lane((replace(recorder.task("minutely", seconds=60), at_once=True),), db, settings).run_due()
    assert recorder.ran == ["minutely"]
    assert {job.name for job in JOBS if job.at_once} == {"call the heartbeat", "watch figures"}


def test_a_slow_task_holds_up_no_other_and_is_waited_for_at_a_stop(
    settings: Settings, db: Database, recorder: Recorder
) -> None:
    quick_ran, slow_ended = threading.Event(), threading.Event()

    def run_slow(_db: Database, _settings: Settings) -> None:
        assert quick_ran.wait(10)
        signal.raise_signal(signal.SIGTERM)
        time.sleep(0.3)
        slow_ended.set()

    def run_quick(_db: Database, _settings: Settings) -> None:
        quick_ran.set()

    tasks = (Job("slow", 0, run_slow, lane="slow"), Job("quick", 0, run_quick))
    with caught_signals() as signals:
        Worker(settings, tasks).run(signals, os.getppid())
    assert slow_ended.is_set()


def test_a_worker_whose_parent_is_gone_stops_by_itself(settings: Settings, db: Database) -> None:
    with caught_signals() as signals:
        Worker(settings, ()).run(signals, parent=-1)


@pytest.mark.parametrize(
    ("age", "alive"),
    [(STALE_SECONDS - 1, True), (STALE_SECONDS + 1, False), (-STALE_SECONDS - 1, False)],
)
def test_an_old_sign_is_no_sign_of_life(
    tmp_path: Path, frozen_clock: FrozenClock, age: float, alive: bool
) -> None:
    assert not is_beating(tmp_path / "crm.db")
    beat(tmp_path / "crm.db")
    frozen_clock.advance(seconds=age)
    assert is_beating(tmp_path / "crm.db") is alive


def test_two_workers_never_run_on_the_same_data(tmp_path: Path) -> None:
    lock = hold_worker(tmp_path / "crm.db")
    with pytest.raises(StartRefused, match="Another worker is running"):
        hold_worker(tmp_path / "crm.db")
    os.close(lock)


@contextmanager
def caught_signals() -> Iterator[Signals]:
    """As in a process of its own; afterwards signals are what they were to the test run."""
    before = {number: signal.getsignal(number) for number in STOP}
    yield Signals(*STOP)
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


def test_answers_for_repeats_are_forgotten_once_nobody_repeats(
    db: Database, settings: Settings, cast: Cast, frozen_clock: FrozenClock
) -> None:
    answer = StoredAnswer("f", 201, {}, b"{}")
    db.write(store_answer, cast.owner, "k", answer)
    frozen_clock.advance(seconds=ANSWERS_KEPT.total_seconds() - 60)
    forget_old_answers(db, settings)
    assert db.read(find_answer, cast.owner, "k") == answer
    frozen_clock.advance(minutes=2)
    forget_old_answers(db, settings)
    assert db.read(find_answer, cast.owner, "k") is None
