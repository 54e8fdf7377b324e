"""One request to a platform: without redirects, within a time and a size, and not into a private network."""

import ssl
import time
from functools import cache
from ipaddress import ip_network

import httpcore2

from crm.campaigns.platforms.description import Answer, PullAgain, Request
from crm.webhooks.addresses import Ranges
from crm.webhooks.posting import FAILURES, Checked, NotReached

SECONDS = 60.0
CONNECT_SECONDS = 10.0
MOST_BYTES = 64 * 1024 * 1024
ANYWHERE: Ranges = (ip_network("0.0.0.0/0"), ip_network("::/0"))
"""For addresses that the owner of the server has set."""


def fetch(request: Request, allowed: Ranges, seconds: float = SECONDS) -> Answer:
    """Raises PullAgain where nothing, or too much, is answered."""
    ends = time.monotonic() + seconds
    try:
        with httpcore2.ConnectionPool(
            ssl_context=_ssl_context(), network_backend=Checked(allowed, ends), max_keepalive_connections=0
        ) as pool:
            return _exchange(pool, request, seconds)
    except httpcore2.TimeoutException:
        raise PullAgain(f"It did not answer within {round(seconds)} seconds.", broken=True) from None
    except NotReached as error:
        raise PullAgain(str(error)) from None
    except FAILURES as error:
        raise PullAgain(f"It could not be reached: {type(error).__name__}.", broken=True) from None


def _exchange(pool: httpcore2.ConnectionPool, request: Request, seconds: float) -> Answer:
    timeout = {"connect": CONNECT_SECONDS, "read": seconds, "write": seconds, "pool": seconds}
    with pool.stream(
        request.method,
        request.url,
        headers=[*request.headers.items()],
        content=request.body,
        extensions={"timeout": timeout},
    ) as response:
        parts, size = list[bytes](), 0
        for part in response.iter_stream():
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise PullAgain(f"It answered more than {MOST_BYTES // 1024 // 1024} MB.")
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
        }
        return Answer(response.status, headers, b"".join(parts))


@cache
def _ssl_context() -> ssl.SSLContext:
    """Reading the certificates takes milliseconds."""
    return httpcore2.default_ssl_context()
