"""Guesses at log-ins are slowed down, never locked out.

Each attempt is counted before the password is looked at, so that parallel guesses count too. Past the free
ones the next is let through after 1 s, 2 s, 4 s … up to the longest wait. Strangers spend their own: the
waits of an account at one address, and of a device that its user has logged in from, are counted apart.

Waits are held by the steady clock: setting the machine's clock neither ends nor lengthens one. Another
machine, and this one after a new start, knows by the time of day alone how much of a wait is over.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from crm import clock
from crm.accounts.addresses import site_of
from crm.db.transaction import Row, Transaction
from crm.errors import Quota, Sentence, TooMany

FORGET = timedelta(hours=24)
FORGET_MS = int(FORGET.total_seconds() * 1000)
LARGEST_EXPONENT = 20
CLOCKS_APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is counted together. `free` attempts need no wait; `longest` is the longest wait in seconds."""

    name: str
    key: str
    free: int
    longest: int

    @property
    def quota(self) -> Quota:
        return Quota(self.name, self.free, int(FORGET.total_seconds()))


def account_bucket(email: str) -> Bucket:
    """All that is tried on an account from places it does not know: enough for nobody to guess far."""
    return _bucket("account", email, free=100, longest=60)


def place_bucket(email: str, address: str) -> Bucket:
    return _bucket("place", email, site_of(address), free=5, longest=900)


def address_bucket(address: str) -> Bucket:
    return _bucket("address", site_of(address), free=30, longest=900)


def device_bucket(device_hash: str) -> Bucket:
    return _bucket("device", device_hash, free=10, longest=900)


def entry_bucket(email: str, address: str) -> Bucket:
    """Right or wrong: who is right about an account of his own has guessed at the others of the e-mail."""
    return _bucket("entry", email, site_of(address), free=20, longest=900)


def known_bucket(user_id: int, address: str) -> Bucket:
    """For browsers where the user has logged in lately: counted apart from attempts of strangers."""
    return _bucket("known", str(user_id), site_of(address), free=5, longest=900)


def user_bucket(user_id: int) -> Bucket:
    """For guesses at the current password within a session of the user."""
    return _bucket("user", str(user_id), free=5, longest=900)


def setup_bucket(address: str) -> Bucket:
    return _bucket("setup", site_of(address), free=10, longest=900)


def claim_attempt(tx: Transaction, buckets: Iterable[Bucket]) -> None:
    """Count one attempt. Raises TooMany, counting nothing, while one of the buckets waits."""
    found = {bucket: _counted(tx, bucket) or (0, 0.0) for bucket in buckets}
    slowest, (_, left) = max(found.items(), key=lambda each: each[1][1])
    if left > 0:
        wait = math.ceil(left)
        raise TooMany(
            Sentence.counted(
                "Too many attempts. Try again in {n} second.",
                "Too many attempts. Try again in {n} seconds.",
                wait,
            ),
            wait,
            slowest.quota,
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
           SET attempts = attempts - 1, allowed_from = counted_at
         WHERE bucket = :bucket
           AND attempts > 0
        """,
        bucket=bucket.key,
    )


def begin_count(tx: Transaction, bucket: Bucket) -> None:
    """From nothing: the bucket is known from now on, until it is forgotten."""
    _count(tx, bucket, 0)


def wait_of(tx: Transaction, bucket: Bucket) -> float | None:
    """In seconds, none when it is not above 0; None when the bucket is not known."""
    found = _counted(tx, bucket)
    return None if found is None else found[1]


def forget_attempts(tx: Transaction) -> int:
    """Remove the counts that are over; returns how many."""
    return tx.run(
        """
        DELETE FROM login_attempts
         WHERE (boot  = :boot AND counted_at < :before)
            OR (boot <> :boot AND last_at < :day_before)
        """,
        boot=clock.boot(),
        before=_steady_ms() - FORGET_MS,
        day_before=clock.later(tx.now, -FORGET),
    )


def _counted(tx: Transaction, bucket: Bucket) -> tuple[int, float] | None:
    """How many were counted, and for how many seconds the next has to wait; None after a day."""
    row = tx.one(
        "SELECT attempts, boot, counted_at, allowed_from, last_at FROM login_attempts WHERE bucket = :bucket",
        bucket=bucket.key,
    )
    if row is None:
        return None
    ago = _steady_ms() - row["counted_at"]
    if row["boot"] != clock.boot() or ago < 0:
        return (row["attempts"], _left_by_day(tx, row)) if _is_recent(tx, row["last_at"]) else None
    if ago > FORGET_MS:
        return None
    return row["attempts"], (row["allowed_from"] - _steady_ms()) / 1000


def _left_by_day(tx: Transaction, row: Row) -> float:
    """None is left where the last attempt seems to be yet to come by more than clocks of machines differ."""
    wait = timedelta(milliseconds=row["allowed_from"] - row["counted_at"])
    since = clock.from_text(tx.now) - clock.from_text(row["last_at"])
    return 0.0 if since < -CLOCKS_APART else min(wait, wait - since).total_seconds()


def _is_recent(tx: Transaction, moment: str) -> bool:
    return abs(clock.from_text(tx.now) - clock.from_text(moment)) <= FORGET


def _count(tx: Transaction, bucket: Bucket, attempts: int) -> None:
    over = attempts - bucket.free
    wait = 0 if over < 0 else min(2 ** min(over, LARGEST_EXPONENT), bucket.longest)
    tx.run(
        """
        INSERT INTO login_attempts (bucket, attempts, last_at, boot, counted_at, allowed_from)
        VALUES (:bucket, :attempts, :now, :boot, :counted_at, :allowed_from)
        ON CONFLICT (bucket) DO UPDATE
           SET attempts = excluded.attempts,
               last_at = excluded.last_at,
               boot = excluded.boot,
               counted_at = excluded.counted_at,
               allowed_from = excluded.allowed_from
        """,
        bucket=bucket.key,
        attempts=attempts,
        boot=clock.boot(),
        counted_at=_steady_ms(),
        allowed_from=_steady_ms() + wait * 1000,
    )


def _steady_ms() -> int:
    return int(clock.steady() * 1000)


def _bucket(name: str, *parts: str, free: int, longest: int) -> Bucket:
    return Bucket(f"login-{name}" if name != "setup" else name, _key(name, *parts), free, longest)


def _key(kind: str, *parts: str) -> str:
    """Hashed: a mistyped account or a password typed as one is not kept."""
    return hashlib.sha256("\x00".join((kind, *parts)).encode()).hexdigest()
