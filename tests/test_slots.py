"""Slow work is done by few at once; who would have to wait long is refused instead."""

import threading
import time
from collections.abc import Callable

import pytest

from crm.errors import Busy
from crm.slots import Shares, Slots
from tests.support.threads import join_all


def at_once(run: Callable[[], None], count: int) -> tuple[int, float]:
    """How many of them were refused, and the seconds that the slowest refusal took."""
    refused: list[float] = []

    def each() -> None:
        started = time.monotonic()
        try:
            run()
        except Busy:
            refused.append(time.monotonic() - started)

    threads = [threading.Thread(target=each) for _ in range(count)]
    for thread in threads:
        thread.start()
    join_all(*threads)
    return len(refused), max(refused, default=0.0)


@pytest.mark.parametrize(("seconds", "refused"), [(0.2, 7), (5.0, 6)])
def test_few_work_few_wait_and_all_others_are_refused(seconds: float, refused: int) -> None:
    slots = Slots(1, waiting=1, seconds=seconds, refusal="later", retry_after=5)

    def work() -> None:
        with slots.taken():
            time.sleep(1.0)

    found, slowest = at_once(work, 8)
    assert found == refused and slowest < seconds + 1
    with slots.taken():
        pass


def test_one_who_asks_much_holds_their_share_and_others_pass() -> None:
    shares = Shares(2, seconds=0.2, refusal="later")
    shares.take("one")
    shares.take("one")
    started = time.monotonic()
    with pytest.raises(Busy) as caught:
        shares.take("one")
    assert 0.1 < time.monotonic() - started < 2 and caught.value.retry_after == 1
    shares.take("other")
    shares.give_back("one")
    shares.take("one")


def test_a_burst_of_short_work_waits_for_its_share() -> None:
    shares = Shares(2, seconds=5, refusal="later")

    def work() -> None:
        shares.take("one")
        time.sleep(0.01)
        shares.give_back("one")

    assert at_once(work, 12)[0] == 0
