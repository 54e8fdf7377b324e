"""No connection holds for long what the others need, whatever its other end does or leaves undone."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest

from crm.web.connections import sending
from tests.support.appliance import Appliance
from tests.support.threads import join_all

pytestmark = pytest.mark.serial

HALF_A_BODY = (
    b"POST /api/login HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
)
HALF_A_HEAD = b"POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Ty"
LAST_WORD = b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    with Appliance(tmp_path_factory.mktemp("connections"), WEB_WORKERS="1", WEB_THREADS="2") as running:
        yield running


@contextlib.contextmanager
def peers(appliance: Appliance, count: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """That many connections on which so much is sent, and nothing more; they stay open."""
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(count):
            peer = stack.enter_context(socket.create_connection(("127.0.0.1", appliance.port), timeout=40))
            peer.sendall(sent)
            opened.append(peer)
        time.sleep(0.3)
        yield opened


def seconds_until_an_answer(appliance: Appliance) -> float:
    started = time.monotonic()
    assert httpx2.get(f"{appliance.url}/api/health", timeout=40).status_code == 200
    return time.monotonic() - started


@pytest.mark.parametrize("sent", [b"", LAST_WORD], ids=["nothing", "the last word"])
def test_an_end_that_neither_asks_nor_closes_keeps_nobody_waiting(appliance: Appliance, sent: bytes) -> None:
    with peers(appliance, 12, sent):
        assert seconds_until_an_answer(appliance) < 2


def test_requests_that_stop_midway_are_given_up_and_their_threads_are_free_again(
    appliance: Appliance,
) -> None:
    with peers(appliance, 1, HALF_A_HEAD) as (head,), peers(appliance, 1, HALF_A_BODY) as (body,):
        assert seconds_until_an_answer(appliance) < 15
        assert head.recv(65_536) == b""
        assert body.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_who_reads_slowly_gets_all_and_who_reads_nothing_is_given_up() -> None:
    plain, peer = socket.socketpair()
    with sending.Socket(fileno=plain.detach()) as sender, peer:
        sender.settimeout(0.2)
        thread = threading.Thread(target=sender.sendall, args=(b"x" * 1_000_000,))
        thread.start()
        peer.settimeout(15)
        got = 0
        while got < 1_000_000:
            time.sleep(0.05)
            part = peer.recv(100_000)
            assert part, got
            got += len(part)
        join_all(thread)
        with pytest.raises(ConnectionResetError):
            sender.sendall(b"x" * 10_000_000)


def test_a_connection_that_ends_with_an_unread_body_says_so(appliance: Appliance) -> None:
    with httpx2.Client(base_url=appliance.url) as client:
        for _ in range(20):
            answer = client.post(
                "/api/logout", content=b"x" * 900_000, headers={"Content-Type": "application/json"}
            )
            assert (answer.status_code, answer.headers["Connection"]) == (401, "close")
        assert client.get("/api/health").headers["Connection"] == "keep-alive"
