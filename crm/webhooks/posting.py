"""One POST to a receiver: only to an address that was checked, without redirects, within a few seconds."""

import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore2

from crm.webhooks.addresses import Ranges, reachable
from crm.webhooks.answers import LONGEST_ANSWER, Answer

SECONDS = 15.0
"""For everything together: connecting, sending, and the whole answer."""
CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 4
REFUSED = "It leads into this machine or a private network, which WEBHOOK_ALLOWED_RANGES does not allow."
UNKNOWN = "The name of its host cannot be found."
TOO_SLOW = "It did not answer within {seconds} seconds."


FAILURES = (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, ValueError)


class NotReached(Exception):
    """Why, as a sentence."""


def post(url: str, headers: dict[str, str], body: bytes, allowed: Ranges, seconds: float = SECONDS) -> Answer:
    """Raises NotReached."""
    ends = time.monotonic() + seconds
    try:
        with httpcore2.ConnectionPool(
            ssl_context=_ssl_context(), network_backend=Checked(allowed, ends), max_keepalive_connections=0
        ) as pool:
            return _exchange(pool, url, headers, body, seconds)
    except httpcore2.TimeoutException:
        raise NotReached(TOO_SLOW.format(seconds=round(seconds))) from None
    except FAILURES as error:
        raise NotReached(f"It could not be reached: {type(error).__name__}{_told(error)}.") from None


def _exchange(
    pool: httpcore2.ConnectionPool, url: str, headers: dict[str, str], body: bytes, seconds: float
) -> Answer:
    timeout = {"connect": CONNECT_SECONDS, "read": seconds, "write": seconds, "pool": seconds}
    with pool.stream(
        "POST", url, headers=[*headers.items()], content=body, extensions={"timeout": timeout}
    ) as response:
        asked = {name.lower(): value for name, value in response.headers}.get(b"retry-after", b"")
        told = b""
        for part in response.iter_stream():
            told += part
            if len(told) >= LONGEST_ANSWER:
                break
        return Answer(response.status, told[:LONGEST_ANSWER], asked.decode("latin-1"))


def _told(error: Exception) -> str:
    """The system's words, which name no secret: `certificate verify failed`, `Connection refused`."""
    text = str(error)
    return f" ({text[:200]})" if text else ""


@cache
def _ssl_context() -> ssl.SSLContext:
    """Reading the certificates takes milliseconds."""
    return httpcore2.default_ssl_context()


@dataclass(frozen=True, slots=True)
class Checked(httpcore2.NetworkBackend):
    """Connects to the very address that was checked: a name looked up twice can lead to two places."""

    allowed: Ranges
    ends: float

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        tried: Exception | None = None
        for address in self._addresses(host, port):
            try:
                stream = httpcore2.SyncBackend().connect_tcp(
                    address, port, within(self.ends, timeout), local_address, socket_options
                )
                return Bounded(stream, self.ends)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                tried = error
        raise tried or NotReached(UNKNOWN)

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotReached(UNKNOWN) from None
        wanted = reachable(dict.fromkeys(str(each[4][0]) for each in found), self.allowed)
        if not wanted:
            raise NotReached(REFUSED)
        return wanted[:MOST_ADDRESSES]


@dataclass(frozen=True, slots=True)
class Bounded(httpcore2.NetworkStream):
    """Ends at its moment, however slowly the bytes come."""

    stream: httpcore2.NetworkStream
    ends: float

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.stream.read(max_bytes, within(self.ends, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, within(self.ends, timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self.stream.start_tls(ssl_context, server_hostname, within(self.ends, timeout))
        return Bounded(secured, self.ends)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)


def within(ends: float, timeout: float | None) -> float:
    """Raises ReadTimeout once the moment is there."""
    left = ends - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left if timeout is None else min(left, timeout)
