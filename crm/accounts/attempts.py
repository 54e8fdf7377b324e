"""Guesses at log-ins are slowed down, never locked out.

Each attempt is counted before the password is looked at, so that parallel guesses count too. Past the free
ones the next is let through after 1 s, 2 s, 4 s … up to the longest wait. Strangers spend their own: the
waits of an account at one address, and of a device that its user has logged in from, are counted apart.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.db.transaction import Transaction
from crm.errors import Sentence, TooMany

FORGET = timedelta(hours=24)
IPV6_SITE = 64
LARGEST_EXPONENT = 20


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is counted together: `free` attempts cost no wait, `longest` is the most seconds of one."""

    key: str
    free: int
    longest: int


def account_bucket(email: str) -> Bucket:
    """All that is tried on an account from places it does not know: enough for nobody to guess far."""
    return Bucket(_key("account", email), free=100, longest=60)


def place_bucket(email: str, address: str) -> Bucket:
    return Bucket(_key("place", email, _site(address)), free=5, longest=900)


def address_bucket(address: str) -> Bucket:
    return Bucket(_key("address", _site(address)), free=30, longest=900)


def device_bucket(device_hash: str) -> Bucket:
    return Bucket(_key("device", device_hash), free=10, longest=900)


def user_bucket(user_id: int) -> Bucket:
    """Guesses at the current password by whoever holds a session of the user."""
    return Bucket(_key("user", str(user_id)), free=5, longest=900)


def setup_bucket(address: str) -> Bucket:
    return Bucket(_key("setup", _site(address)), free=10, longest=900)


def claim_attempt(tx: Transaction, buckets: Iterable[Bucket]) -> None:
    """Count one attempt. Raises TooMany, counting nothing, while one of the buckets waits."""
    found = {bucket: _counted(tx, bucket) for bucket in buckets}
    waits = [_seconds_until(tx, allowed_from) for _, allowed_from in found.values()]
    if max(waits) > 0:
        wait = max(waits)
        raise TooMany(
            Sentence.counted(
                "Too many attempts. Try again in {n} second.",
                "Too many attempts. Try again in {n} seconds.",
                wait,
            ),
            wait,
        )
    for bucket, (attempts, _) in found.items():
        _count(tx, bucket, attempts + 1)


def clear_attempts(tx: Transaction, buckets: Iterable[Bucket]) -> None:
    """After a success: the waits of its buckets end."""
    for bucket in buckets:
        tx.run("DELETE FROM login_attempts WHERE bucket = :bucket", bucket=bucket.key)


def take_back_attempt(tx: Transaction, bucket: Bucket) -> None:
    """After a success: it does not count, and those of others stay counted."""
    tx.run(
        """
        UPDATE login_attempts
           SET attempts = attempts - 1, allowed_from = :now
         WHERE bucket = :bucket
           AND attempts > 0
        """,
        bucket=bucket.key,
    )


def forget_attempts(tx: Transaction) -> int:
    """Remove the counts that are over; returns how many."""
    return tx.run("DELETE FROM login_attempts WHERE last_at < :before", before=clock.later(tx.now, -FORGET))


def _counted(tx: Transaction, bucket: Bucket) -> tuple[int, str]:
    row = tx.one(
        """
        SELECT attempts, allowed_from
          FROM login_attempts
         WHERE bucket = :bucket
           AND last_at >= :since
        """,
        bucket=bucket.key,
        since=clock.later(tx.now, -FORGET),
    )
    return (row["attempts"], row["allowed_from"]) if row else (0, tx.now)


def _count(tx: Transaction, bucket: Bucket, attempts: int) -> None:
    over = attempts - bucket.free
    wait = 0 if over < 0 else min(2 ** min(over, LARGEST_EXPONENT), bucket.longest)
    tx.run(
        """
        INSERT INTO login_attempts (bucket, attempts, last_at, allowed_from)
        VALUES (:bucket, :attempts, :now, :allowed_from)
        ON CONFLICT (bucket) DO UPDATE
           SET attempts = excluded.attempts, last_at = excluded.last_at, allowed_from = excluded.allowed_from
        """,
        bucket=bucket.key,
        attempts=attempts,
        allowed_from=clock.later(tx.now, timedelta(seconds=wait)),
    )


def _seconds_until(tx: Transaction, moment: str) -> int:
    return math.ceil((clock.from_text(moment) - clock.from_text(tx.now)).total_seconds())


def _site(address: str) -> str:
    """One customer's part of the network: IPv6 gives everyone a /64 to change addresses in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_SITE), strict=False))


def _key(kind: str, *parts: str) -> str:
    """Hashed: a mistyped account or a password typed as one is not kept."""
    return hashlib.sha256("\x00".join((kind, *parts)).encode()).hexdigest()
