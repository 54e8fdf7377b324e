"""A process that stops while it holds the lock makes others busy until their deadline, and no longer."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite.turnstile import Turnstile
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.kinds import open_database
from tests.support.torture.deeds import PARTS, put
from tests.support.torture.kill_rounds import Arena


def hold_the_lock(arena: Arena, inside: Event, go_on: Event) -> None:
    db = open_database(arena.settings)

    def stay(tx: Transaction) -> None:
        put(tx, "held", 1, 10)
        inside.set()
        go_on.wait(30)

    db.write(stay, arena.actor)
    db.close()


def stand_in_the_turnstile(arena: Arena, inside: Event, go_on: Event) -> None:
    turnstile = Turnstile(arena.settings.sqlite_path)
    with turnstile.passing(time.monotonic() + 10):
        inside.set()
        go_on.wait(30)


@contextmanager
def stopped(arena: Arena, work: object) -> Iterator[tuple[BaseProcess, Event]]:
    """A process that was stopped where it says that it is inside; killed at the end."""
    context = multiprocessing.get_context("spawn")
    inside, go_on = context.Event(), context.Event()
    process = context.Process(target=work, args=(arena, inside, go_on))  # type: ignore[arg-type]
    process.start()
    assert inside.wait(20) and process.pid
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield process, go_on
    finally:
        process.kill()
        process.join(30)


def count(tx: Transaction) -> int:
    return int(tx.value("SELECT count(*) FROM deeds"))


def impatient(arena: Arena) -> Database:
    return open_database(arena.settings.model_copy(update={"db_transaction_timeout": 600}))


def test_others_are_busy_at_their_deadline_go_on_reading_and_write_once_it_goes_on(arena: Arena) -> None:
    db = impatient(arena)
    with stopped(arena, hold_the_lock) as (process, go_on):
        for _ in range(2):
            started = time.monotonic()
            with pytest.raises(Busy):
                db.write(put, arena.actor, "mine", 1, 10)
            assert 0.6 <= time.monotonic() - started < 2
            assert db.read(count, SYSTEM) == 0
        assert process.pid
        os.kill(process.pid, signal.SIGCONT)
        go_on.set()
        process.join(20)
        db.write(put, arena.actor, "mine", 1, 10)
        assert db.read(count, SYSTEM) == 2 * PARTS
    db.close()


def test_when_it_is_killed_its_change_is_gone_and_the_next_one_writes(arena: Arena) -> None:
    db = impatient(arena)
    with stopped(arena, hold_the_lock) as (process, _):
        process.kill()
        process.join(30)
        db.write(put, arena.actor, "mine", 1, 10)
        assert db.read(count, SYSTEM) == PARTS
    db.close()


def test_a_process_stopped_in_the_turnstile_holds_nobody_up_for_long(arena: Arena) -> None:
    db = open_database(arena.settings)
    with stopped(arena, stand_in_the_turnstile):
        for number in range(3):
            started = time.monotonic()
            db.write(put, arena.actor, f"mine-{number}", 1, 10)
            assert time.monotonic() - started < 2
    db.close()
