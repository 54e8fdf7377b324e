"""More connections than the process may open files: nobody is missed, and no process ends."""

import contextlib
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.support.appliance import Appliance, child_pids, wait_until

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits other processes by prlimit"),
]
PEERS = 700
WEB = "crm.web.server"


@contextlib.contextmanager
def peers(appliance: Appliance, sent: bytes) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for _ in range(PEERS):
            peer = stack.enter_context(socket.create_connection(("127.0.0.1", appliance.port), timeout=10))
            with contextlib.suppress(OSError):
                peer.sendall(sent)
        yield


def workers_of(appliance: Appliance) -> list[int]:
    return sorted(child_pids(appliance.children()[WEB]))


def seconds_of_an_answer(appliance: Appliance) -> float:
    began = time.monotonic()
    assert httpx2.get(f"{appliance.url}/api/health", timeout=15).status_code == 200
    return time.monotonic() - began


@pytest.mark.parametrize("sent", [b"", b"GET /api/he"], ids=["nothing", "half a line"])
@pytest.mark.parametrize("when", ["from the start", "all of a sudden"])
def test_with_256_open_files_and_700_connections_others_are_answered_and_no_process_ends(
    tmp_path: Path, when: str, sent: bytes
) -> None:
    with Appliance(tmp_path) as appliance:
        wait_until(lambda: len(workers_of(appliance)) == 2)
        if when == "from the start":
            first = appliance.children()[WEB]
            resource.prlimit(appliance.process.pid, resource.RLIMIT_NOFILE, (256, 256))
            os.kill(first, signal.SIGKILL)
            wait_until(lambda: appliance.children().get(WEB, first) != first and appliance.children())
            wait_until(lambda: len(workers_of(appliance)) == 2)
            wait_until(lambda: answers(appliance))
        else:
            for pid in workers_of(appliance):
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (150, 150))
        before = workers_of(appliance)
        with peers(appliance, sent):
            assert max(seconds_of_an_answer(appliance) for _ in range(10)) < 8
        assert seconds_of_an_answer(appliance) < 8
        assert workers_of(appliance) == before


def answers(appliance: Appliance) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", appliance.port)) == 0
