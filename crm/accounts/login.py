"""Logging in and out."""

from dataclasses import dataclass, replace

import structlog

from crm.accounts.attempts import (
    Bucket,
    account_bucket,
    address_bucket,
    claim_attempt,
    clear_attempts,
    device_bucket,
    place_bucket,
    take_back_attempt,
)
from crm.accounts.credentials import new_secret
from crm.accounts.devices import find_device, know_device
from crm.accounts.fields import LoginFields
from crm.accounts.passwords import hash_password, needs_rehash, verify_password
from crm.accounts.sessions import Place, end_session_of_browser, start_session
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import CrmError

log = structlog.get_logger("crm.accounts")


class WrongCredentials(CrmError):
    """Unknown e-mail, wrong password or disabled user: the three cannot be told apart."""

    def __init__(self) -> None:
        super().__init__("E-mail or password is wrong.")


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Both secrets are the browser's to keep; `device` outlives the session."""

    session: str
    device: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Browser:
    """The secrets that it has kept: of the session it held so far, and by which it is known again."""

    session: str | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class _Attempt:
    email: str
    place: Place
    browser: Browser
    buckets: tuple[Bucket, ...]


def log_in(db: Database, fields: LoginFields, place: Place, browser: Browser, request_id: str) -> LoggedIn:
    """Start a session, which takes the place of the browser's old one.

    Raises WrongCredentials, or TooMany while guesses are slowed down. The password is verified between two
    transactions, as it takes long.
    """
    email = fields.email.strip().lower()
    attempt = db.write(_claim, SYSTEM, email, place, browser)
    user = db.read(_find_user, SYSTEM, email)
    password = fields.password.get_secret_value()
    fits = verify_password(user["password_hash"] if user else None, password)
    if user is None or not fits or user["disabled_at"] is not None:
        log.warning("log-in refused", address=place.address, user_id=user["id"] if user else None)
        raise WrongCredentials
    rehashed = hash_password(password) if needs_rehash(user["password_hash"]) else None
    actor = Actor(user["workspace_id"], user["id"], request_id)
    return db.write(_enter, actor, attempt, user["password_hash"], rehashed)


def admit(tx: Transaction, place: Place, browser: Browser) -> LoggedIn:
    """A session for the acting user, who has just proved to be that: by a password, or by an invitation."""
    session, device = new_secret(), browser.device or new_secret()
    if browser.session:
        end_session_of_browser(tx, browser.session)
    start_session(tx, session, place)
    know_device(tx, device)
    return LoggedIn(session, device, tx.actor)


def _claim(tx: Transaction, email: str, place: Place, browser: Browser) -> _Attempt:
    known = find_device(tx, email, browser.device) if browser.device else None
    if known is not None:
        buckets: tuple[Bucket, ...] = (device_bucket(known),)
    else:
        buckets = (place_bucket(email, place.address), address_bucket(place.address), account_bucket(email))
    claim_attempt(tx, buckets)
    kept = browser if known is not None else replace(browser, device=None)
    return _Attempt(email, place, kept, buckets)


def _find_user(tx: Transaction, email: str) -> Row | None:
    return tx.one(
        """
        SELECT id, workspace_id, password_hash, disabled_at
          FROM users
         WHERE email = :email
        """,
        email=email,
    )


def _enter(tx: Transaction, attempt: _Attempt, password_hash: str, rehashed: str | None) -> LoggedIn:
    """Unless the user was disabled, or the password changed, while it was verified."""
    still = tx.run(
        """
        UPDATE users
           SET password_hash = :new_hash
         WHERE workspace_id = :workspace_id
           AND id = :actor_id
           AND password_hash = :password_hash
           AND disabled_at IS NULL
        """,
        new_hash=rehashed or password_hash,
        password_hash=password_hash,
    )
    if not still:
        raise WrongCredentials
    _forgive(tx, attempt)
    return admit(tx, attempt.place, attempt.browser)


def _forgive(tx: Transaction, attempt: _Attempt) -> None:
    """The right password ends the waits; those of the address are others' too."""
    shared = address_bucket(attempt.place.address)
    clear_attempts(tx, (bucket for bucket in attempt.buckets if bucket != shared))
    take_back_attempt(tx, shared)
