"""What may be read in two ways is refused and its connection closes: nothing behind it is answered."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests.support.appliance import Appliance

HOST = b"Host: localhost\r\n"
SMUGGLED = b"GET /api/health HTTP/1.1\r\n" + HOST + b"\r\n"
POST = b"POST /api/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"2;a=b\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n"
BROKEN = {
    "no host": b"GET /api/health HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /api/health HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "empty host": b"GET /api/health HTTP/1.1\r\nHost:\r\n\r\n",
    "a host with a path": b"GET /api/health HTTP/1.1\r\nHost: localhost/x\r\n\r\n",
    "a host with a user": b"GET /api/health HTTP/1.1\r\nHost: me@localhost\r\n\r\n",
    "both lengths": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, chunks first": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "a length with a sign": POST + b"Content-Length: +2\r\n\r\n{}",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunks of HTTP/1.0": CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"0\r\n\r\n",
    "no number": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "0x before it": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a negative size": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "an endless size": CHUNKED + b"f" * 20 + b"\r\n{}\r\n0\r\n\r\n",
    "a space in the size": CHUNKED + b"2 2\r\n{}\r\n0\r\n\r\n",
    "a bare LF after the size": CHUNKED + b"2\n{}\r\n0\r\n\r\n",
    "a chunk that is too long": CHUNKED + b"1\r\n{}\r\n0\r\n\r\n",
    "a malformed extension": CHUNKED + b"2;\x00\r\n{}\r\n0\r\n\r\n",
    "a length in the trailers": CHUNKED + b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
    "a folded header": b"GET /api/health HTTP/1.1\r\n" + HOST + b"X-Long: a\r\n b\r\n\r\n",
    "a space before the colon": b"GET /api/health HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "NUL in a header": b"GET /api/health HTTP/1.1\r\n" + HOST + b"X-Nul: a\x00b\r\n\r\n",
    "CR in a header": b"GET /api/health HTTP/1.1\r\n" + HOST + b"X-Cr: a\rb\r\n\r\n",
    "LF alone": b"GET /api/health HTTP/1.1\n" + HOST + b"\r\n",
    "LF alone in a header": b"GET /api/health HTTP/1.1\r\n" + HOST + b"X: a\nY: b\r\n\r\n",
    "NUL in the address": b"GET /api/he\x00alth HTTP/1.1\r\n" + HOST + b"\r\n",
    "CR in the address": b"GET /api/he\ralth HTTP/1.1\r\n" + HOST + b"\r\n",
    "another host in the address": b"GET http://evil.example/api/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "another scheme": b"GET ftp://localhost/api/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "a tunnel": b"CONNECT localhost:443 HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    with Appliance(tmp_path_factory.mktemp("framing"), WEB_WORKERS="1") as running:
        yield running


def everything_said(appliance: Appliance, sent: bytes) -> bytes:
    """All that comes until the connection ends."""
    got = b""
    with socket.create_connection(("127.0.0.1", appliance.port), timeout=8) as connection:
        connection.sendall(sent)
        while data := connection.recv(65_536):
            got += data
    return got


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_ambiguous_is_refused_and_nothing_behind_it_is_answered(
    appliance: Appliance, name: str
) -> None:
    said = everything_said(appliance, BROKEN[name] + SMUGGLED)
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 "), said
    assert b"\r\nconnection: close" in head.lower() and b"server:" not in head.lower()
    assert said.count(b"HTTP/1.1 ") == 1
    assert json.loads(body)["status"] == 400


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /api/health HTTP/1.0\r\n\r\n",
        b"\r\nGET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET http://localhost/api/health HTTP/1.1\r\nHost: LOCALHOST\r\nConnection: close\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: [::1]:3001\r\nConnection: close\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + CHUNKS,
    ],
)
def test_what_is_only_unusual_is_answered(appliance: Appliance, sent: bytes) -> None:
    assert everything_said(appliance, sent).partition(b"\r\n")[0].endswith(b" 200 OK")


def test_requests_that_are_sent_at_once_are_answered_in_turn(appliance: Appliance) -> None:
    chunks = b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    last = SMUGGLED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    login = POST + b"Content-Length: 2\r\n\r\n{}"
    said = everything_said(appliance, CHUNKED + chunks + SMUGGLED + login + SMUGGLED + last)
    statuses = [part[:3] for part in said.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"422", b"200", b"422", b"200", b"200"]


def test_a_browser_gets_a_page_and_a_program_a_problem(appliance: Appliance) -> None:
    for path, accept, kind in (
        (b"/clients", b"text/html,*/*", b"text/html"),
        (b"/clients", b"*/*", b"application/problem+json"),
        (b"/api/clients", b"text/html", b"application/problem+json"),
    ):
        sent = (
            b"GET "
            + path
            + b"?q="
            + b"a" * 9000
            + b" HTTP/1.1\r\n"
            + HOST
            + b"Accept: "
            + accept
            + b"\r\n\r\n"
        )
        head = everything_said(appliance, sent).partition(b"\r\n\r\n")[0]
        assert head.startswith(b"HTTP/1.1 414 ") and b"Content-Type: " + kind in head
        assert b"set-cookie" not in head.lower()
