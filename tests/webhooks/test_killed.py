"""A worker that dies at any step of telling a webhook: nothing is missing, each event keeps its one id."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm import clock
from tests.support.clients import add_client, patch_client
from tests.support.frozen_clock import FrozenClock
from tests.support.surroundings import surroundings
from tests.webhooks.conftest import Telling

MOST_STEPS = 200
STEPS = {"BEGIN", "INSERT INTO webhook_deliveries", "COMMIT", "connect", "send a request"}


@pytest.fixture
def mortal_worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.webhooks.dying_worker", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(),
    ) as process:
        yield process
        process.kill()


def die_at(worker: subprocess.Popen[str], fatal: int) -> str:
    assert worker.stdin is not None and worker.stdout is not None
    worker.stdin.write(f"{fatal} {clock.timestamp()}\n")
    worker.stdin.flush()
    return worker.stdout.readline().strip()


@pytest.mark.timeout(600)
def test_a_worker_killed_at_each_step_tells_every_change_in_order(
    telling: Telling, frozen_clock: FrozenClock, mortal_worker: subprocess.Popen[str]
) -> None:
    hook = telling.hook(kinds=["client"])
    died: list[str] = []
    for fatal in range(1, MOST_STEPS):
        telling.receiver.got.clear()
        client = add_client(telling.db, telling.who, name=f"Killed at {fatal}", allow_duplicate=True)
        patch_client(telling.db, telling.who, client.id, {"city": "Graz"})
        died.append(die_at(mortal_worker, fatal))
        frozen_clock.advance(minutes=3)
        telling.told()
        check_told(telling, client.id)
        if not died[-1]:
            break
    assert {*died} >= STEPS and died[-1] == "" and len(died) > 20
    log = telling.log(hook.id)
    assert {each.state for each in log} == {"done"}
    assert len({each.message_id for each in log}) == len(log)


def check_told(telling: Telling, client_id: int) -> None:
    """Each change at least once, no later one before an earlier one, and again only under the same id."""
    ids: dict[tuple[str, int], set[str]] = {}
    for each in telling.receiver.got:
        ids.setdefault(each.told, set()).add(each.headers["webhook-id"])
    assert [*ids] == [("client.created", client_id), ("client.changed", client_id)]
    assert all(len(each) == 1 for each in ids.values())
