"""What the server refuses by itself looks like every other refusal, and reaches whoever sent it."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.support.appliance import Appliance, wait_until


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    with Appliance(tmp_path_factory.mktemp("unreadable"), WEB_WORKERS="1") as running:
        yield running


@pytest.fixture(scope="module")
def token(appliance: Appliance) -> str:
    return appliance.set_up()


def exchange(appliance: Appliance, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to raw bytes, though they may not all be taken."""
    got = b""
    with socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
        with suppress(OSError):
            connection.sendall(sent)
        while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < length_of(got):
            read = connection.recv(65_536)
            assert read, got
            got += read
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, body


def length_of(answer: bytes) -> int:
    lines = answer.split(b"\r\n\r\n", 1)[0].lower().split(b"\r\n")
    return int(next(line for line in lines if line.startswith(b"content-length:")).split(b":")[1])


HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /api/clients?q=" + b"a" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET /clients?q=" + b"a" * 2_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: " + b"a" * 9_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n", 431),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
        (b"POST /api/clients HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: zip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Expect: miracles\r\n\r\n", 417),
    ],
)
def test_what_cannot_be_read_is_refused_as_everything_else(
    appliance: Appliance, sent: bytes, status: int
) -> None:
    seen, headers, body = exchange(appliance, sent)
    problem = json.loads(body)
    assert (seen, problem["status"], headers["content-type"]) == (status, status, "application/problem+json")
    assert problem["detail"] and problem["title"] and problem["type"] == "about:blank"
    assert headers["x-request-id"] == problem["request_id"] != ""
    assert headers["x-content-type-options"] == "nosniff" and "content-security-policy" in headers
    wait_until(lambda: problem["request_id"] in appliance.output)


def test_a_body_in_malformed_chunks_is_the_sender_s_fault(appliance: Appliance, token: str) -> None:
    head = (
        "POST /api/clients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    seen, _, body = exchange(appliance, head.encode() + b"zz\r\n{}\r\n0\r\n\r\n")
    assert (seen, json.loads(body)["status"]) == (400, 400)


@pytest.mark.parametrize("size", [70_000, 1_500_000, 20_000_000])
@pytest.mark.parametrize("known", [True, False])
def test_a_refusal_reaches_who_sends_a_body_that_nobody_reads(
    appliance: Appliance, token: str, size: int, known: bool
) -> None:
    credential = f"Authorization: Bearer {token}\r\n" if known else ""
    head = (
        f"POST /api/clients HTTP/1.1\r\nHost: localhost\r\n{credential}"
        f"Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    )
    seen, headers, _ = exchange(appliance, head.encode() + b"x" * size)
    assert seen == (401 if not known else 400 if size < 1_000_000 else 413)
    assert headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/api/clients"), ("PUT", "/api/clients/7"), ("PATCH", "/api/leads/1")]
)
def test_a_request_that_is_given_up_midway_is_logged_with_its_method_and_path(
    appliance: Appliance, token: str, method: str, path: str
) -> None:
    head = (
        f"{method} {path}?q=hunter2 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
    )
    with socket.create_connection(("127.0.0.1", appliance.port), timeout=15) as connection:
        connection.sendall(head.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")
    logged = re.compile(rf"request .*method={method}\b.*path={path}\b.*status=400")
    wait_until(lambda: logged.search(re.sub(r"\x1b\[[0-9;]*m", "", appliance.output)))
    assert "hunter2" not in appliance.output
