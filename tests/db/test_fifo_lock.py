"""The turn goes to whoever waited longest, and is never handed to somebody who left."""

import signal
import threading
import time

import pytest

from crm.db.fifo_lock import FifoLock
from tests.support.appliance import wait_until
from tests.support.threads import join_all


def test_turns_come_in_the_order_of_arrival() -> None:
    lock, order = FifoLock(), list[int]()
    assert lock.acquire(1)

    def wait(i: int) -> None:
        assert lock.acquire(60)
        order.append(i)
        lock.release()

    threads = [threading.Thread(target=wait, args=(i,)) for i in range(20)]
    for i, thread in enumerate(threads):
        thread.start()
        wait_until(lambda: len(lock._waiting) > i)  # noqa: B023 - asked within this round
    lock.release()
    join_all(*threads)
    assert order == list(range(20))
    assert lock.acquire(0)


def test_who_waited_in_vain_is_forgotten() -> None:
    lock = FifoLock()
    assert lock.acquire(1)
    assert not lock.acquire(0)
    started = time.monotonic()
    assert not lock.acquire(0.05)
    assert 0.05 <= time.monotonic() - started < 1
    lock.release()
    assert lock.acquire(0)


def test_an_interrupted_wait_does_not_swallow_the_turn() -> None:
    lock = FifoLock()
    assert lock.acquire(1)
    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    threading.Timer(0.1, signal.pthread_kill, (threading.get_ident(), signal.SIGUSR1)).start()
    with pytest.raises(KeyboardInterrupt):
        lock.acquire(10)
    signal.signal(signal.SIGUSR1, before)
    lock.release()
    assert lock.acquire(0)


def test_no_two_hold_it_at_once_though_many_give_up() -> None:
    lock = FifoLock()
    inside, most = 0, 0

    def work(seed: int) -> None:
        nonlocal inside, most
        for i in range(200):
            if lock.acquire(0.0001 * ((i + seed) % 7)):
                inside += 1
                most = max(most, inside)
                inside -= 1
                lock.release()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    join_all(*threads)
    assert most == 1
    assert lock.acquire(0)
