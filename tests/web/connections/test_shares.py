"""New connections go to the web process that holds the fewest, so that all cores answer."""

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from crm.web.connections.shares import FRESH_SECONDS, Shares
from tests.support.appliance import Appliance, child_pids, wait_until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts the sockets of others")
WEB = "crm.web.server"
REQUEST = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
ESTABLISHED = "01"


def inodes_at(port: int) -> set[str]:
    """The sockets of connections that were made to this port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {parts[9] for parts in lines if parts[1].endswith(f":{port:04X}") and parts[3] == ESTABLISHED} - {
        "0"
    }


def held_by(process: int, inodes: set[str]) -> int:
    found = 0
    for each in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += str(each.readlink())[len("socket:[") : -1] in inodes
    return found


def test_each_process_gets_its_half_of_connections_that_come_at_once(tmp_path: Path) -> None:
    with Appliance(tmp_path) as appliance:
        wait_until(lambda: len(child_pids(appliance.children()[WEB])) == 2)
        of_all = [0, 0]
        for _ in range(5):
            with contextlib.ExitStack() as stack:
                peers = [
                    stack.enter_context(socket.create_connection(("127.0.0.1", appliance.port), timeout=10))
                    for _ in range(16)
                ]
                for peer in peers:
                    peer.sendall(REQUEST)
                for peer in peers:
                    assert peer.recv(100).startswith(b"HTTP/1.1 200")
                inodes = inodes_at(appliance.port)
                held = [held_by(process, inodes) for process in child_pids(appliance.children()[WEB])]
            assert sum(held) == 16
            of_all = [before + now for before, now in zip(of_all, held, strict=True)]
            wait_until(lambda: not inodes_at(appliance.port))
        # A process that the machine lets wait for a moment takes fewer of one round, not of all.
        assert min(of_all) >= 30


def test_connections_are_answered_while_the_other_process_stands_still(tmp_path: Path) -> None:
    with Appliance(tmp_path) as appliance:
        wait_until(lambda: len(child_pids(appliance.children()[WEB])) == 2)
        stopped = child_pids(appliance.children()[WEB])[0]
        os.kill(stopped, signal.SIGSTOP)
        try:
            with contextlib.ExitStack() as stack:
                for _ in range(8):
                    peer = stack.enter_context(
                        socket.create_connection(("127.0.0.1", appliance.port), timeout=10)
                    )
                    peer.sendall(REQUEST)
                    assert peer.recv(100).startswith(b"HTTP/1.1 200")
        finally:
            os.kill(stopped, signal.SIGCONT)


def test_who_holds_more_is_ahead_until_the_other_leaves_or_falls_silent() -> None:
    shares = Shares()
    shares.tell(1, 3, 100.0)
    shares.tell(2, 2, 100.0)
    assert shares.is_ahead(1, 3, 101.0)
    assert not shares.is_ahead(2, 2, 101.0)
    assert not shares.is_ahead(1, 3, 100.0 + FRESH_SECONDS)
    shares.leave(2)
    assert not shares.is_ahead(1, 3, 101.0)
