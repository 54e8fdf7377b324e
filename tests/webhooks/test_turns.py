"""Receivers that hang keep their own events waiting, and nobody else's."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from crm.webhooks.projection import project_due
from crm.webhooks.sending import Sender, send_due
from crm.webhooks.turns import LANES, OF_SLOW, OF_SLOW_PER_WORKSPACE, PER_WORKSPACE, Turns
from tests.support.appliance import wait_until
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.receivers import Receiver, Reply
from tests.webhooks.conftest import LOOPBACK, VAULT, Telling

HANGING = 9


@contextmanager
def lanes_of(telling: Telling) -> Iterator[Callable[[], None]]:
    """The lanes of a worker, as threads; what it gives is called when they are to come to their end."""
    sender, stopping = Sender(VAULT, LOOPBACK), threading.Event()

    def run() -> None:
        while not stopping.is_set():
            send_due(telling.db, sender, seconds=0.5)
            stopping.wait(0.05)

    threads = [threading.Thread(target=run, daemon=True) for _lane in range(LANES)]
    for thread in threads:
        thread.start()
    yield stopping.set
    for thread in threads:
        thread.join(60)


def test_others_are_told_while_many_receivers_of_one_workspace_hang(telling: Telling, cast: Cast) -> None:
    other = replace(telling, who=cast.outsider)
    with Receiver() as hanging, lanes_of(telling) as stop:
        hanging.usual = Reply(delay=60)
        for number in range(HANGING):
            telling.hook(f"{hanging.url}/{number}", kinds=["client"], name=f"Hangs {number}")
        other.hook(kinds=["client"])
        for who in (telling.who, other.who):
            for number in range(5):
                add_client(telling.db, who, name=f"Client {number}")
        project_due(telling.db)
        wait_until(lambda: len(telling.receiver.got) == 5 and len(hanging.got) == PER_WORKSPACE)
        assert len({each.path for each in hanging.got}) == PER_WORKSPACE, "one at a time to each"
        stop()


def test_a_receiver_that_was_slow_leaves_lanes_to_the_others_of_its_workspace() -> None:
    turns = Turns()
    for webhook_id in range(20):
        turn = turns.take(1 + webhook_id // 10, webhook_id)
        assert turn is not None
        turns.end(turn, 15_000)
    slow = [turns.take(1 + webhook_id // 10, webhook_id) for webhook_id in range(20)]
    taken = [turn for turn in slow if turn is not None]
    assert len(taken) == OF_SLOW < LANES
    assert sum(turn.workspace_id == 1 for turn in taken) == OF_SLOW_PER_WORKSPACE < PER_WORKSPACE
    assert turns.take(1, 100) is not None and turns.take(1, 100) is None
    turns.end(taken[0], 20)
    again = [turns.take(1, taken[0].webhook_id) for _attempt in range(3)]
    assert [turn is not None for turn in again] == [True, True, False], "two at a time once it is quick"


def test_a_turn_without_a_delivery_teaches_nothing() -> None:
    turns = Turns()
    for _attempt in range(2):
        turn = turns.take(1, 1)
        assert turn is not None
        turns.end(turn)
    assert turns.take(1, 1) is not None and turns.take(1, 1) is None
