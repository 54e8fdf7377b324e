"""A load of HTTP requests over kept-open connections: one thread, so that it takes little of the machine."""

import itertools
import selectors
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
CHUNKED = -1
LAST_CHUNK = b"\r\n0\r\n\r\n"
WAIT = 10.0
NO_HEADERS: Mapping[str, str] = {}


@dataclass(slots=True)
class Link:
    """One connection, with what has come of the current answer, and when its request was sent."""

    socket: socket.socket
    sent: float = 0.0
    received: bytes = b""
    expected: int = field(default=0)


def spelled_anew(path: str) -> Iterator[str]:
    """The same address over and over, each time in another spelling: no answer to it was kept before."""
    path += ("&" if "?" in path else "?") + "limit=25"
    plain, words = path[: -len("limit=25")], "limit25"
    for empty in itertools.count():
        for choice in range(2 ** len(words)):
            spelled = [
                f"%{ord(sign):02x}" if choice >> place & 1 else sign for place, sign in enumerate(words)
            ]
            yield f"{plain}{'&' * empty}{''.join(spelled[:5])}={''.join(spelled[5:])}"


def request_bytes(
    method: str, path: str, token: str, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
) -> bytes:
    """Without a token, without `Authorization`."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept: application/json",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + HEAD_END + body


def requests_per_second(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> float:
    """How many of the requests are answered with a success each second. Raises when one is not."""
    started = time.perf_counter()
    answered = len(latencies(port, requests, connections=connections, seconds=seconds))
    return answered / (time.perf_counter() - started)


def latencies(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> list[float]:
    """For how many seconds each answer was waited for. Raises when one is no success."""
    with selectors.DefaultSelector() as selector:
        links = [_connect(port) for _ in range(connections)]
        try:
            for link in links:
                selector.register(link.socket, selectors.EVENT_READ, link)
                _send(link, requests)
            return _drive(selector, requests, seconds)
        finally:
            for link in links:
                link.socket.close()


def _drive(selector: selectors.BaseSelector, requests: Iterator[bytes], seconds: float) -> list[float]:
    deadline, waits = time.perf_counter() + seconds, list[float]()
    while time.perf_counter() < deadline:
        events = selector.select(WAIT)
        if not events:
            raise RuntimeError("the server does not answer")
        for key, _ in events:
            if _read(key.data):
                waits.append(time.perf_counter() - key.data.sent)
                _send(key.data, requests)
    return waits


def _send(link: Link, requests: Iterator[bytes]) -> None:
    request = next(requests)
    link.sent = time.perf_counter()
    link.socket.sendall(request)


def _connect(port: int) -> Link:
    link = Link(socket.create_connection(("127.0.0.1", port), WAIT))
    link.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return link


def _read(link: Link) -> bool:
    """Take what came; True once the answer is whole."""
    part = link.socket.recv(256 * 1024)
    if not part:
        raise RuntimeError("the server closed the connection")
    link.received += part
    if not link.expected:
        end = link.received.find(HEAD_END)
        if end < 0:
            return False
        length = _length(link.received[:end])
        link.expected = CHUNKED if length == CHUNKED else length + end + len(HEAD_END)
    if link.expected == CHUNKED:
        if not link.received.endswith(LAST_CHUNK):
            return False
    elif len(link.received) < link.expected:
        return False
    link.received, link.expected = b"", 0
    return True


def _length(head: bytes) -> int:
    """Of the body; CHUNKED where the head does not say."""
    status, *lines = head.split(b"\r\n")
    if status.split(b" ")[1][:1] != b"2":
        raise RuntimeError(f"the server answers {status.decode()}")
    lengths = (int(line.split(b":")[1]) for line in lines if line.lower().startswith(LENGTH))
    return next(lengths, CHUNKED)
