"""Setting up a new server: whoever reads the terminal creates the first workspace, once."""

import hmac
import secrets
from pathlib import Path

from crm.accounts.attempts import claim_attempt, clear_attempts, setup_bucket
from crm.accounts.fields import SetupFields, SetupRequest
from crm.accounts.passwords import check_password, hash_password
from crm.accounts.workspaces import Founded, Furnish, create_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.durable_files import keep_once
from crm.db.shared_facts import SETUP_CODE, forget_shared, keep_first_shared, load_shared
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence

CODE_FILE = "setup.code"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP_LENGTH = 3, 4
SET_UP_ALREADY = Sentence("Holdfast is already set up. Log in instead.")
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def is_set_up(tx: Transaction) -> bool:
    return tx.value("SELECT 1 FROM workspaces LIMIT 1") is not None


def setup_workspace(tx: Transaction, fields: SetupFields, password_hash: str, furnish: Furnish) -> Founded:
    """The first workspace and its owner. Raises Conflict at any further attempt."""
    if is_set_up(tx):
        raise Conflict(SET_UP_ALREADY)
    return create_workspace(tx, fields, password_hash, furnish)


def ensure_setup_code(settings: Settings) -> str:
    """The one-time code of a new server, the same at each start until it is used.

    It lies beside the database in a file for its owner alone, or on the server in it: whoever reads that can
    read the database too.
    """
    if settings.database_url is not None:
        return keep_first_shared(settings, SETUP_CODE, _new_code())
    path = _code_path(settings)
    if not path.exists():
        keep_once(path, f"{_new_code()}\n".encode())
    return path.read_text(encoding="ascii").strip()


def setup_code_fits(settings: Settings, given: str) -> bool:
    """Compared in constant time, without regard to case, hyphens and letters that look like digits."""
    kept = _kept_code(settings)
    return hmac.compare_digest(_bare(given).encode(), _bare(kept).encode()) and bool(_bare(kept))


def claim_server(
    db: Database,
    settings: Settings,
    request: SetupRequest,
    address: str,
    request_id: str,
    *,
    furnish: Furnish,
) -> Actor:
    """Set up over the network; returns the owner. Raises Invalid for a wrong code or a weak password,
    TooMany while guesses from the address are slowed down, Conflict when it is set up.
    """
    if db.read(is_set_up, SYSTEM):
        raise Conflict(SET_UP_ALREADY)
    _check_code(db, settings, request.code, address)
    password = check_password(
        request.password.get_secret_value(), request.name, request.email, request.workspace
    )
    console = Actor(None, None, request_id)
    founded = db.write(setup_workspace, console, request, hash_password(password), furnish)
    forget_setup_code(settings)
    return Actor(founded.workspace_id, founded.owner_id, request_id)


def _check_code(db: Database, settings: Settings, given: str, address: str) -> None:
    bucket = setup_bucket(address)
    db.write(claim_attempt, SYSTEM, [bucket])
    if not setup_code_fits(settings, given):
        raise Invalid.field("code", "This code is wrong. Copy it from the terminal.")
    db.write(clear_attempts, SYSTEM, [bucket])


def _kept_code(settings: Settings) -> str:
    if settings.database_url is not None:
        return load_shared(settings, SETUP_CODE) or ""
    path = _code_path(settings)
    return path.read_text(encoding="ascii") if path.exists() else ""


def forget_setup_code(settings: Settings) -> None:
    if settings.database_url is not None:
        forget_shared(settings, SETUP_CODE)
    _code_path(settings).unlink(missing_ok=True)


def _code_path(settings: Settings) -> Path:
    return settings.sqlite_path.parent / CODE_FILE


def _new_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def _bare(code: str) -> str:
    return "".join(letter for letter in code.upper().translate(LOOKALIKES) if letter in ALPHABET)
