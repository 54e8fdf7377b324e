"""Logging in, by the e-mail and the password of one or several accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from crm.accounts.credentials import hash_secret, new_secret
from crm.accounts.devices import know_device
from crm.accounts.fields import LoginFields
from crm.accounts.guesses import Attempt, Browser, claim_log_in, forgive
from crm.accounts.passwords import hash_password, needs_rehash, verify_passwords
from crm.accounts.sessions import LoginPlace, end_session_of_browser, start_session
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Sentence
from crm.fields import name_key

MOST_TRIED = 4
"""Accounts of one e-mail, in one attempt: each costs the time and the memory of a hash."""

log = structlog.get_logger("crm.accounts")


class WrongCredentials(CrmError):
    """Unknown e-mail, wrong password or disabled user: the answer is the same for all three."""

    def __init__(self) -> None:
        super().__init__("E-mail or password is wrong.")


@dataclass(frozen=True, slots=True)
class Account:
    user_id: int
    workspace_id: int
    workspace_name: str
    password_hash: str
    disabled_at: str | None

    @property
    def mark(self) -> str:
        """Of the password that was right; another password has another."""
        return hash_secret(self.password_hash)


class SeveralWorkspaces(Conflict):
    """The password is right for accounts in several workspaces: which one is not said."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        choices = [{"id": account.workspace_id, "name": account.workspace_name} for account in accounts]
        super().__init__(
            Sentence("You have an account in several workspaces. Choose the one to log in to."),
            {"workspaces": choices},
        )
        self.accounts = tuple(accounts)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Both secrets are the browser's to keep; `device` outlives the session."""

    session: str
    device: str
    actor: Actor


def log_in(
    db: Database, fields: LoginFields, place: LoginPlace, browser: Browser, request_id: str
) -> LoggedIn:
    """Start a session, which takes the place of the browser's old one.

    Raises WrongCredentials, SeveralWorkspaces, or TooMany while guesses are slowed down. The password is
    verified between two transactions, as it takes long. For how many accounts depends on the number of
    workspaces alone, whoever exists.
    """
    email = fields.email.replace("\x00", "\ufffd").strip().lower()  # which no server takes
    attempt = db.write(claim_log_in, SYSTEM, email, place, browser)
    password = fields.password.get_secret_value()
    right = _fitting(db.read(_find_accounts, SYSTEM, email, attempt, fields.workspace), attempt, password)
    if not right:
        raise WrongCredentials
    if len(right) > 1:
        db.write(forgive, SYSTEM, attempt, [account.user_id for account in right])
        raise SeveralWorkspaces(right)
    [account] = right
    rehashed = hash_password(password) if needs_rehash(account.password_hash) else None
    actor = Actor(account.workspace_id, account.user_id, request_id)
    return db.write(_enter, actor, attempt, account.password_hash, rehashed)


def enter_chosen(tx: Transaction, mark: str, place: LoginPlace, browser: Browser) -> LoggedIn:
    """The acting user's account, out of several for which the password was right. Raises WrongCredentials
    where the user was disabled, or the password changed, since.
    """
    password_hash = tx.value(
        """
        SELECT password_hash
          FROM users
         WHERE workspace_id = :workspace_id
           AND id = :actor_id
           AND disabled_at IS NULL
        """
    )
    if password_hash is None or hash_secret(password_hash) != mark:
        raise WrongCredentials
    return admit(tx, place, Browser(session=browser.session))


def admit(tx: Transaction, place: LoginPlace, browser: Browser) -> LoggedIn:
    """A session for the acting user, who has just proved to be that: by a password, or by an invitation."""
    session, device = new_secret(), browser.device or new_secret()
    if browser.session:
        end_session_of_browser(tx, browser.session)
    start_session(tx, session, place)
    know_device(tx, device)
    return LoggedIn(session, device, tx.actor)


def _find_accounts(tx: Transaction, email: str, attempt: Attempt, workspace: str | None) -> list[Account]:
    """Those to try, of the workspace that was named: whose browser it is, who is known here, the oldest."""
    rows = tx.all(
        """
        SELECT u.id AS user_id, u.workspace_id, w.name AS workspace_name, u.password_hash, u.disabled_at
          FROM users u
          JOIN workspaces w ON w.id = u.workspace_id
         WHERE u.email = :email
         ORDER BY u.id
        """,
        email=email,
    )
    found = [account for account in (Account(**row) for row in rows) if _is_in(account, workspace)]
    if attempt.only_known:
        found = [account for account in found if account.user_id in attempt.known]
    found.sort(key=lambda each: (each.user_id != attempt.device_user, each.user_id not in attempt.known))
    return found[: _tries(attempt)]


def _tries(attempt: Attempt) -> int:
    return min(max(attempt.workspaces, 1), MOST_TRIED)


def _fitting(accounts: list[Account], attempt: Attempt, password: str) -> list[Account]:
    hashes: list[str | None] = [account.password_hash for account in accounts]
    fits = verify_passwords(hashes + [None] * (_tries(attempt) - len(hashes)), password)
    right = [account for account, fit in zip(accounts, fits, strict=False) if fit and not account.disabled_at]
    if not right:
        users = [account.user_id for account in accounts]
        log.warning("log-in refused", address=attempt.place.address, user_ids=users)
    return right


def _is_in(account: Account, workspace: str | None) -> bool:
    """By the workspace's name or id."""
    return (
        workspace is None
        or workspace == str(account.workspace_id)
        or name_key(workspace) == name_key(account.workspace_name)
    )


def _enter(tx: Transaction, attempt: Attempt, password_hash: str, rehashed: str | None) -> LoggedIn:
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
    user_id = int(tx.actor.user_id or 0)
    forgive(tx, attempt, [user_id])
    return admit(tx, attempt.place, attempt.browser_of(user_id))
