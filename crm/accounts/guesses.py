"""Which accounts of an e-mail a log-in attempt may try, and how it is counted.

Several workspaces may hold accounts of one e-mail, and nobody is to learn that, nor to guess at one of them
by way of another. So what is counted, and what is refused, follows from what was tried and from where a
log-in succeeded before, never from which other accounts there are. The right password takes back its own
attempt, but it leaves a count: by changing the password of an account of one's own, one could else guess at
the others without end. While the e-mail has to wait, only the accounts are tried whose own browser asks, or
that were logged in to from this place lately.

Where there is one workspace alone, the right password ends the waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crm.accounts.attempts import (
    Bucket,
    account_bucket,
    address_bucket,
    begin_count,
    claim_attempt,
    clear_attempts,
    device_bucket,
    entry_bucket,
    known_bucket,
    place_bucket,
    take_back_attempt,
    wait_of,
)
from crm.accounts.devices import find_device
from crm.accounts.sessions import LoginPlace
from crm.db.transaction import Transaction
from crm.errors import TooMany


@dataclass(frozen=True, slots=True)
class Browser:
    """The secrets that it has kept: of the session it held so far, and by which it is known again."""

    session: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """`counted` are the buckets that it counts in. `device_user` is whose browser asks, `known` are those who
    are known from it or from its place; where `only_known`, no others are tried.
    """

    email: str
    place: LoginPlace
    browser: Browser
    workspaces: int
    counted: tuple[Bucket, ...]
    device_user: int | None
    known: frozenset[int]
    only_known: bool = False

    def browser_of(self, user_id: int | None) -> Browser:
        """Without the device's secret if it belongs to somebody else."""
        return self.browser if user_id == self.device_user else replace(self.browser, device=None)


def claim_log_in(tx: Transaction, email: str, place: LoginPlace, browser: Browser) -> Attempt:
    """Count one attempt. Raises TooMany while it has to wait. `tx` is of SYSTEM."""
    workspaces = int(tx.value("SELECT COUNT(*) FROM workspaces"))
    device = find_device(tx, email, browser.device) if browser.device else None
    strangers = (place_bucket(email, place.address), address_bucket(place.address), account_bucket(email))
    own = (device_bucket(device.token_hash),) if device else ()
    user = device.user_id if device else None
    attempt = Attempt(email, place, browser, workspaces, own, user, frozenset({user} if user else ()))
    if workspaces > 1:
        return _claim_among_several(tx, attempt, strangers)
    claim_attempt(tx, own or strangers)
    return replace(attempt, counted=own or strangers)


def _claim_among_several(tx: Transaction, attempt: Attempt, strangers: tuple[Bucket, ...]) -> Attempt:
    """The device counts for its own account, and the strangers' buckets for all of the e-mail."""
    if attempt.counted:
        claim_attempt(tx, attempt.counted)
    waits = _waits_here(tx, attempt)
    attempt = replace(attempt, known=attempt.known | waits.keys())
    strangers = (*strangers, entry_bucket(attempt.email, attempt.place.address))
    try:
        claim_attempt(tx, strangers)
    except TooMany:
        ready = frozenset(user_id for user_id, wait in waits.items() if wait <= 0)
        if attempt.counted:
            return replace(attempt, known=attempt.known & {attempt.device_user}, only_known=True)
        if not ready:
            raise
        return _claim_as_known(tx, replace(attempt, known=ready, only_known=True))
    return replace(attempt, counted=(*attempt.counted, *strangers))


def _waits_here(tx: Transaction, attempt: Attempt) -> dict[int, float]:
    """In seconds, by user: of those with the e-mail who logged in from this place lately."""
    found = {
        row["id"]: wait_of(tx, known_bucket(row["id"], attempt.place.address))
        for row in tx.all("SELECT id FROM users WHERE email = :email", email=attempt.email)
    }
    return {user_id: wait for user_id, wait in found.items() if wait is not None}


def _claim_as_known(tx: Transaction, attempt: Attempt) -> Attempt:
    known = (known_bucket(user_id, attempt.place.address) for user_id in sorted(attempt.known))
    counted = (address_bucket(attempt.place.address), *known)
    claim_attempt(tx, counted)
    return replace(attempt, counted=counted)


def forgive(tx: Transaction, attempt: Attempt, user_ids: Iterable[int]) -> None:
    """After the right password for these users: their waits end, and those of others stay."""
    shared = address_bucket(attempt.place.address)
    if shared in attempt.counted:
        take_back_attempt(tx, shared)
    if attempt.workspaces <= 1:
        clear_attempts(tx, (bucket for bucket in attempt.counted if bucket != shared))
        return
    place = place_bucket(attempt.email, attempt.place.address)
    if place in attempt.counted:
        take_back_attempt(tx, place)
    for user_id in user_ids:
        begin_count(tx, known_bucket(user_id, attempt.place.address))
        if user_id == attempt.device_user:
            clear_attempts(tx, (bucket for bucket in attempt.counted if bucket.name == "login-device"))
