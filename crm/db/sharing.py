"""What all machines share while Redis answers; while it does not, each machine goes on by itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import structlog
from pydantic import SecretStr

from crm import clock
from crm.db.counters import Counters, counters_in
from crm.db.failures import CountingFailed
from crm.db.keyed_lock import KeyedLock
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.db import redis_link
else:
    redis_link = WhenUsed("crm.db.redis_link")

AGAIN_SECONDS = 5.0
"""For so long nobody is kept waiting by a Redis that has just not answered."""

T = TypeVar("T")
log = structlog.get_logger("crm.db")


class Away:
    """Whether Redis has lately not answered, for all that use it in this process."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def first(self, far: Callable[[], T], near: Callable[[], T]) -> T:
        """By Redis, or as on a single machine."""
        if clock.steady() >= self._until:
            try:
                return far()
            except CountingFailed as error:
                self._note(error)
        return near()

    def _note(self, error: CountingFailed) -> None:
        with self._lock:
            known = clock.steady() < self._until
            self._until = clock.steady() + AGAIN_SECONDS
        if not known:
            log.warning("Redis does not answer; each machine counts by itself", reason=str(error))


class SharedCounters:
    """Implements `crm/db/counters.py`."""

    def __init__(self, link: "redis_link.RedisLink", near: Counters, away: Away) -> None:
        self._far, self._near, self._away = link, near, away

    def add(self, key: str, amount: int, seconds: float) -> tuple[int, float]:
        return self._away.first(
            lambda: self._far.add(key, amount, seconds), lambda: self._near.add(key, amount, seconds)
        )

    def get(self, key: str) -> tuple[int, float]:
        return self._away.first(lambda: self._far.get(key), lambda: self._near.get(key))

    def clear(self, key: str) -> None:
        self._away.first(lambda: self._far.clear(key), lambda: None)
        self._near.clear(key)

    def reset(self) -> int:
        return self._away.first(self._far.reset, lambda: 0) + self._near.reset()

    def close(self) -> None:
        self._far.close()
        self._near.close()


class SharedLock:
    """A KeyedLock of this machine, and of all others while Redis answers."""

    def __init__(self, link: "redis_link.RedisLink", near: KeyedLock, away: Away) -> None:
        self._far, self._near, self._away = link, near, away

    @contextmanager
    def holding(self, key: str) -> Iterator[bool]:
        """Yields whether the key is ours until the block ends; False if somebody else has it."""
        with self._near.holding(key) as mine:
            if not mine:
                yield False
                return
            token = self._away.first(lambda: self._far.take(key), lambda: "")
            try:
                yield token is not None
            finally:
                if token:
                    with suppress(CountingFailed):
                        self._far.give_back(key, token)


def shared_counters(redis_url: SecretStr | None, path: Path) -> Counters:
    """In Redis where there is one, else in a file for all processes of this machine."""
    near = counters_in(path)
    return near if redis_url is None else SharedCounters(link_to(redis_url), near, away_from(redis_url))


def shared_lock(redis_url: SecretStr | None, path: Path) -> KeyedLock | SharedLock:
    near = KeyedLock(path)
    return near if redis_url is None else SharedLock(link_to(redis_url), near, away_from(redis_url))


@cache
def link_to(redis_url: SecretStr) -> "redis_link.RedisLink":
    """One for the whole process."""
    return redis_link.RedisLink(redis_url.get_secret_value())


@cache
def away_from(_redis_url: SecretStr) -> Away:
    return Away()
