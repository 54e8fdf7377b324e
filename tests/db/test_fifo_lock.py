"""The turn goes to whoever waited longest, and is never handed to somebody who left."""

import signal
import threading
import time

import pytest

from crm.db.fifo_lock import FifoLock


def test_turns_come_in_the_order_of_arrival() -> None:
    lock, order = FifoLock(), list[int]()
    assert lock.acquire(1)

    def wait(i: int) -> None:
        assert lock.acquire(5)
        order.append(i)
        lock.release()

    threads = [threading.Thread(target=wait, args=(i,)) for i in range(20)]
    for i, thread in enumerate(threads):
        thread.start()
        while len(lock._waiting) <= i:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()
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
    for thread in threads:
        thread.join()
    assert most == 1
    assert lock.acquire(0)
