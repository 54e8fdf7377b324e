"""Under full load every writer gets its share, whichever thread of whichever process it is."""

import threading
import time
from dataclasses import dataclass

import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from tests.support.processes import run_in_processes
from tests.support.scratch import increment, read_counter
from tests.support.threads import join_all

SECONDS = 20
THREADS = 8


@dataclass(frozen=True)
class Share:
    """One process: how often each thread wrote, and its worst time for one change in seconds."""

    counts: list[int]
    worst: float


def write_without_pause(settings: Settings, begin: float) -> Share:
    db = Database.open(settings)
    counts, worst = [0] * THREADS, [0.0] * THREADS
    db.read(read_counter, SYSTEM)
    time.sleep(max(begin - time.time(), 0))

    def work(i: int) -> None:
        while (started := time.time()) < begin + SECONDS:
            db.write(increment, SYSTEM)
            counts[i] += 1
            worst[i] = max(worst[i], time.time() - started)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    join_all(*threads)
    db.close()
    return Share(counts, max(worst))


@pytest.mark.serial
def test_sixteen_writers_in_two_processes_get_equal_shares_and_wait_under_half_a_second(
    prepared: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shares = run_in_processes(write_without_pause, [(prepared, time.time() + 2)] * 2)
    counts = [count for share in shares for count in share.counts]
    mean = sum(counts) / len(counts)
    worst = max(share.worst for share in shares)
    with capsys.disabled():
        print(  # noqa: T201 - a measured figure
            f"\n{sum(counts) / SECONDS:.0f} changes/s, worst wait {worst * 1000:.0f} ms, "
            f"shares {min(counts) / mean:.2f} to {max(counts) / mean:.2f} of the mean"
        )
    db = Database.open(prepared)
    assert db.read(read_counter, SYSTEM) == sum(counts)
    db.close()
    assert worst < 0.5
    assert all(0.75 * mean < count < 1.25 * mean for count in counts)
