"""The storage of the rate limit's counters: one small file for all processes, or Redis for all machines."""

import time
from pathlib import Path

import structlog
from limits.storage import Storage
from pydantic import SecretStr

from crm.db.failures import CountingFailed
from crm.db.sharing import shared_counters

SCHEME = "counters"

log = structlog.get_logger("crm.web")


class CounterStorage(Storage):
    """Works like the library's own storages. If the file is faulty, requests are let through."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as the library reads it

    def __init__(
        self, uri: str | None = None, *, wrap_exceptions: bool = False, path: str = "", redis_url: str = ""
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._counters = shared_counters(SecretStr(redis_url) if redis_url else None, Path(path))

    @property
    def base_exceptions(self) -> type[Exception]:
        return CountingFailed

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        try:
            return self._counters.add(key, amount, expiry)[0]
        except CountingFailed as error:
            # Without the trace: on a full disk each request would write one, perhaps to that disk.
            log.warning("the rate limit could not be counted", reason=str(error))
            return 0

    def get(self, key: str) -> int:
        return self.standing(key)[0]

    def get_expiry(self, key: str) -> float:
        """In seconds since the epoch, as the library wants it."""
        return time.time() + self.standing(key)[1]

    def standing(self, key: str) -> tuple[int, float]:
        """The count and its remaining seconds."""
        try:
            return self._counters.get(key)
        except CountingFailed:
            return 0, 0.0

    def check(self) -> bool:
        self._counters.get("")
        return True

    def reset(self) -> int:
        return self._counters.reset()

    def clear(self, key: str) -> None:
        self._counters.clear(key)
