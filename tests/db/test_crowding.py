"""Who would wait behind a crowd, or behind those for whom nothing moves, is refused at once."""

import threading
import time
from collections.abc import Callable

import pytest

from crm.db.actor import SYSTEM
from crm.db.crowding import FEW, MOST, PATIENCE_SECONDS, is_crowded
from crm.db.database import Database
from crm.db.sqlite.database_file import DatabaseFile
from crm.db.transaction import Transaction
from crm.errors import Busy
from tests.db.conftest import OpenDatabase
from tests.support.appliance import wait_until
from tests.support.scratch import increment, read_counter


@pytest.mark.parametrize(
    ("waiting", "still", "crowded"),
    [
        (0, 0.0, False),
        (FEW - 1, 100.0, False),
        (FEW, PATIENCE_SECONDS / 2, False),
        (FEW, PATIENCE_SECONDS, True),
        (15, 2.5, False),
        (MOST - 1, 0.0, False),
        (MOST, 0.0, True),
    ],
)
def test_sixteen_who_move_are_no_crowd_and_a_few_who_do_not_are(
    waiting: int, still: float, *, crowded: bool
) -> None:
    assert is_crowded(waiting, still) is crowded


def test_behind_a_change_that_takes_long_a_few_wait_and_the_next_is_refused_at_once(
    open_database: OpenDatabase,
) -> None:
    db = open_database()
    stay = refuses_behind(db, lambda hold: db.write(hold, SYSTEM), lambda: db.write(increment, SYSTEM))
    stay()
    assert db.read(read_counter, SYSTEM) == FEW


def test_when_all_readers_are_taken_a_few_wait_and_the_next_is_refused_at_once(
    open_database: OpenDatabase,
) -> None:
    db = open_database(db_pool_max=1)
    stay = refuses_behind(db, lambda hold: db.read(hold, SYSTEM), lambda: db.read(read_counter, SYSTEM))
    stay()
    assert db.read(read_counter, SYSTEM) == 0


def refuses_behind(
    db: Database, hold: Callable[[Callable[[Transaction], None]], None], ask: Callable[[], object]
) -> Callable[[], None]:
    """What ends the hold, and finds that all who waited got their turn."""
    db.read(read_counter, SYSTEM)
    held, release = threading.Event(), threading.Event()
    done: list[object] = []

    def stay(tx: Transaction) -> None:
        read_counter(tx)
        held.set()
        release.wait(20)

    threads = [threading.Thread(target=hold, args=(stay,))]
    threads[0].start()
    assert held.wait(10)
    for _ in range(FEW):
        threads.append(threading.Thread(target=lambda: done.append(ask())))
        threads[-1].start()
    file = db._engine
    assert isinstance(file, DatabaseFile)
    wait_until(lambda: len(file._writer._turn._waiting) + file._readers._waiting == FEW)
    time.sleep(PATIENCE_SECONDS)
    started = time.monotonic()
    with pytest.raises(Busy) as caught:
        ask()
    assert time.monotonic() - started < 4 and caught.value.retry_after >= 1

    def let_go() -> None:
        release.set()
        for thread in threads:
            thread.join(20)
        assert len(done) == FEW

    return let_go
