"""The worker runs what is due, whatever one task meets, and shows that it is alive."""

import pytest

from crm.config import Settings
from crm.db.database import Database
from crm.db.heartbeat import LONGEST_TASK, STALE_AFTER, Heartbeat, last_heartbeat
from crm.db.idempotency import StoredAnswer, find_answer, store_answer
from crm.errors import Busy
from crm.worker import ANSWERS_KEPT, LONGEST_SLEEP, Task, Worker, forget_old_answers
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock


class Recorder:
    """Tasks that note their names, and fail where told."""

    def __init__(self, settings: Settings) -> None:
        self.ran: list[str] = []
        self.seen: list[Heartbeat | None] = []
        self._settings = settings

    def task(self, name: str, seconds: float = 0, error: Exception | None = None) -> Task:
        def run(_db: Database, _settings: Settings) -> None:
            self.ran.append(name)
            self.seen.append(last_heartbeat(self._settings.sqlite_path))
            if error:
                raise error

        return Task(name, seconds, run)


@pytest.fixture
def recorder(settings: Settings, db: Database) -> Recorder:
    return Recorder(settings)


@pytest.mark.parametrize("error", [ValueError("a defect"), Busy("the database is locked")])
def test_a_task_that_fails_stops_no_other_and_is_tried_again(
    settings: Settings, recorder: Recorder, error: Exception
) -> None:
    worker = Worker(settings, (recorder.task("fails", error=error), recorder.task("works")))
    worker.run_due()
    worker.run_due()
    assert recorder.ran == ["fails", "works"] * 2


def test_a_task_waits_for_its_interval(settings: Settings, recorder: Recorder) -> None:
    worker = Worker(settings, (recorder.task("hourly", seconds=3600),))
    worker.run_due()
    assert recorder.ran == []
    assert 0 <= worker.sleep() <= LONGEST_SLEEP


def test_the_sign_of_life_names_the_task_that_runs(settings: Settings, recorder: Recorder) -> None:
    assert last_heartbeat(settings.sqlite_path) is None
    Worker(settings, (recorder.task("long one"),)).run_due()
    during, after = recorder.seen[0], last_heartbeat(settings.sqlite_path)
    assert during is not None and during.task == "long one" and during.alive
    assert after is not None and after.task == "" and after.alive


@pytest.mark.parametrize(
    ("age", "task", "alive"),
    [
        (STALE_AFTER - 1, "", True),
        (STALE_AFTER + 1, "", False),
        (-STALE_AFTER - 1, "", False),
        (LONGEST_TASK - 1, "backup", True),
        (LONGEST_TASK + 1, "backup", False),
    ],
)
def test_an_old_sign_is_no_sign_of_life(
    frozen_clock: FrozenClock, age: float, task: str, alive: bool
) -> None:
    seen = Heartbeat(frozen_clock.time.timestamp(), task)
    frozen_clock.advance(seconds=age)
    assert seen.alive is alive


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
