"""A Redis or Valkey that several machines share: counters that expire, and locks of moments."""

import secrets
from collections.abc import Callable
from typing import Any

import redis
from redis.exceptions import RedisError

from crm.db.failures import CountingFailed

WAIT_SECONDS = 0.5
LEASE_MS = 30_000
"""Longer than any change takes: one whose holder died is free again then."""
PREFIX = "holdfast"
ADD = """
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return {count, left}
"""
GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class RedisLink:
    """Implements `crm/db/counters.py`, and the taking of locks. Its connections are made when first used."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=WAIT_SECONDS, socket_connect_timeout=WAIT_SECONDS, retry=None
        )

    def add(self, key: str, amount: int, seconds: float) -> tuple[int, float]:
        length = max(1, int(seconds * 1000))
        count, left = _told(lambda: self._client.eval(ADD, 1, _counter(key), amount, length))
        return int(count), int(left) / 1000

    def get(self, key: str) -> tuple[int, float]:
        def ask() -> Any:
            both = self._client.pipeline(transaction=True)
            both.get(_counter(key))
            both.pttl(_counter(key))
            return both.execute()

        count, left = _told(ask)
        return (int(count), int(left) / 1000) if count is not None and left > 0 else (0, 0.0)

    def clear(self, key: str) -> None:
        _told(lambda: self._client.delete(_counter(key)))

    def reset(self) -> int:
        def remove() -> int:
            return sum(int(self._client.delete(key)) for key in self._client.scan_iter(f"{_counter('')}*"))

        return int(_told(remove))

    def close(self) -> None:
        self._client.close()

    def take(self, key: str) -> str | None:
        """What gives the lock back; None while somebody else has it. Raises CountingFailed."""
        token = secrets.token_hex(16)
        taken = _told(lambda: self._client.set(_lock(key), token, nx=True, px=LEASE_MS))
        return token if taken else None

    def give_back(self, key: str, token: str) -> None:
        _told(lambda: self._client.eval(GIVE_BACK, 1, _lock(key), token))

    def check(self) -> str:
        """What the server calls itself. Raises CountingFailed."""
        facts = _told(lambda: self._client.info("server"))
        name = facts.get("server_name", "redis")
        return f"{name} {facts.get(f'{name}_version', facts.get('redis_version', ''))}"


def _told(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (RedisError, OSError, ValueError) as error:
        raise CountingFailed(str(error) or type(error).__name__) from error


def _counter(key: str) -> str:
    return f"{PREFIX}:count:{key}"


def _lock(key: str) -> str:
    return f"{PREFIX}:lock:{key}"
