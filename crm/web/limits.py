"""The rate limit per client, counted over all worker processes."""

import math
import threading
import time

import apsw
import limits
import structlog
from flask import Flask, current_app, request
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from crm.accounts.identity import Identity
from crm.config import Settings
from crm.db.counters import Counters
from crm.errors import Sentence, TooMany

COUNTERS_FILE = "limits.db"
# A process counts a hundredth of the limit in advance, ten requests at most, until ten such shares are left.
SHARES, LARGEST_SHARE, FAR = 100, 10, 10
PREPAID_CLIENTS = 10_000
# What is signed is taken at any rate; what turns out not to be is counted by its view.
EXEMPT = frozenset(
    {
        "static",
        "assets",
        "api_health.show_health",
        "api_webhooks.receive_whatsapp",
        "changes.show_head",
        "inbox.show_pulse",
        "inbox.show_unread",
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


class Prepaid:
    """What this process has counted in advance for each client: a share of the limit at a time.

    So most requests count nothing, and yet never are more let through than the limit says. What a process
    has left when the window ends is lost to the client: less than a hundredth of the limit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, tuple[int, float]] = {}

    def take(self, client: str) -> bool:
        with self._lock:
            left, ends = self._left.get(client, (0, 0.0))
            if not left or time.time() >= ends:
                return False
            self._left[client] = (left - 1, ends)
            return True

    def keep(self, client: str, hits: int, ends: float) -> None:
        """Hits of a client that count until `ends`, in seconds since the epoch."""
        with self._lock:
            if len(self._left) >= PREPAID_CLIENTS:
                self._left.clear()
            self._left[client] = (hits, ends)


class RateLimit:
    def __init__(self, settings: Settings) -> None:
        self._items = limits.parse_many(settings.rate_limit)
        self._limiter = FixedWindowRateLimiter(
            CounterStorage(Counters(settings.sqlite_path.with_name(COUNTERS_FILE)))
        )
        self._prepaid = Prepaid()
        self._share = min(LARGEST_SHARE, min(item.amount for item in self._items) // SHARES)

    def spend(self, client: str) -> None:
        """Count one request of a client; raises TooMany over the limit."""
        if self._prepaid.take(client):
            return
        try:
            self._count(client)
        except apsw.Error as error:
            # Without the trace: on a full disk each request would write one, perhaps to that disk.
            log.warning("the rate limit could not be counted", reason=str(error))

    def _count(self, client: str) -> None:
        """A share in advance while the limit is far, else this one request."""
        hits = self._share if self._share > 1 and self._is_far(client) else 1
        for item in self._items:
            if not self._limiter.hit(item, client, cost=hits):
                wait = max(1, math.ceil(self._window(item, client).reset_time - time.time()))
                raise TooMany(
                    Sentence.counted(
                        "Too many requests. Try again in {n} second.",
                        "Too many requests. Try again in {n} seconds.",
                        wait,
                    ),
                    wait,
                )
        if hits > 1:
            ends = min(self._window(item, client).reset_time for item in self._items)
            self._prepaid.keep(client, hits - 1, ends)

    def _is_far(self, client: str) -> bool:
        return all(self._window(item, client).remaining > FAR * self._share for item in self._items)

    def _window(self, item: limits.RateLimitItem, client: str) -> limits.WindowStats:
        return self._limiter.get_window_stats(item, client)


def limit_requests(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.rate_limit"] = RateLimit(settings)


def spend_request(known: Identity | None) -> None:
    """Before each view: a known token or session has a limit of its own, all else goes by address."""
    if request.endpoint in EXEMPT:
        return
    if known is None:
        spend_address()
    else:
        current_app.extensions["holdfast.rate_limit"].spend(f"{known.kind}:{known.credential_id}")


def spend_address() -> None:
    """Count one request of the client's address; raises TooMany over the limit."""
    current_app.extensions["holdfast.rate_limit"].spend(f"address:{request.remote_addr}")
