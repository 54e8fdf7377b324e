"""The rate limit per client, counted over all worker processes."""

import math
import time

import apsw
import limits
import structlog
from flask import Flask, current_app, request
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from crm.config import Settings
from crm.db.counters import Counters
from crm.errors import TooMany
from crm.web.identity import current_identity

COUNTERS_FILE = "limits.db"
# What is signed is taken at any rate; what turns out not to be is counted by its view.
EXEMPT = frozenset(
    {
        "static",
        "assets",
        "api_health.show_health",
        "api_webhooks.receive_whatsapp",
        "changes.show_head",
        "inbox.show_pulse",
    }
)

log = structlog.get_logger("crm.web")


class CounterStorage(Storage):
    """The storage that the library counts in. A fault of the counters' file lets requests through."""

    STORAGE_SCHEME = None

    def __init__(self, counters: Counters) -> None:
        super().__init__()
        self._counters = counters

    @property
    def base_exceptions(self) -> type[Exception]:
        return apsw.Error

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        return self._counters.add(key, amount, now, now + expiry)[0]

    def get(self, key: str) -> int:
        return self._counters.get(key, time.time())[0]

    def get_expiry(self, key: str) -> float:
        return self._counters.get(key, time.time())[1]

    def check(self) -> bool:
        self._counters.get("", time.time())
        return True

    def reset(self) -> int:
        return self._counters.reset()

    def clear(self, key: str) -> None:
        self._counters.clear(key)


class RateLimit:
    def __init__(self, settings: Settings) -> None:
        self._items = limits.parse_many(settings.rate_limit)
        self._limiter = FixedWindowRateLimiter(
            CounterStorage(Counters(settings.sqlite_path.with_name(COUNTERS_FILE)))
        )

    def spend(self, client: str) -> None:
        """Count one request of a client; raises TooMany over the limit."""
        try:
            for item in self._items:
                if not self._limiter.hit(item, client):
                    ends = self._limiter.get_window_stats(item, client).reset_time
                    wait = max(1, math.ceil(ends - time.time()))
                    raise TooMany(f"Too many requests. Try again in {wait} seconds.", wait)
        except apsw.Error as error:
            # Without the trace: on a full disk each request would write one, perhaps to that disk.
            log.warning("the rate limit could not be counted", reason=str(error))


def limit_requests(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.rate_limit"] = RateLimit(settings)


def spend_request() -> None:
    """Before each view: a known token or session has a limit of its own, all else goes by address."""
    if request.endpoint in EXEMPT:
        return
    known = current_identity()
    if known is None:
        spend_address()
    else:
        current_app.extensions["holdfast.rate_limit"].spend(f"{known.kind}:{known.credential_id}")


def spend_address() -> None:
    """Count one request of the client's address; raises TooMany over the limit."""
    current_app.extensions["holdfast.rate_limit"].spend(f"address:{request.remote_addr}")
