"""The key that signs cookies and forms: from the settings, or created once beside the database."""

import hashlib
import secrets
from pathlib import Path

from crm.config import Settings, SettingsError
from crm.db.backup.places import Places
from crm.db.durable_files import keep_once, sync_folder
from crm.db.shared_facts import KEY_MARK, keep_first_shared, keep_shared
from crm.setting_types import SECRET_KEY_LENGTH
from crm.vault import Vault

ROUNDS = 100_000


def ensure_secret_key(settings: Settings) -> str:
    """The key of this server, the same in each process and after each start.

    The folder of the database must exist. Raises SettingsError when the kept key is damaged.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = Places.of(settings).secret_key
    if not path.exists():
        keep_once(path, _new_key())
    return _read_key(path)


def check_common_key(settings: Settings) -> None:
    """All machines on one server need the same key. Raises SettingsError for another than the first had."""
    if settings.database_url is None:
        return
    mark = _mark_of(ensure_secret_key(settings))
    if keep_first_shared(settings, KEY_MARK, mark) != mark:
        raise SettingsError(
            "The secret key of this machine is not that of the others on this database: it could not read "
            "what they sealed. Give each the same SECRET_KEY, or a copy of the first machine's secret.key."
        )


def _mark_of(key: str) -> str:
    """It tells the key from others, and nothing of it."""
    return hashlib.pbkdf2_hmac("sha256", key.encode(), b"holdfast mark of the key", ROUNDS).hex()


def open_vault(settings: Settings) -> Vault:
    """It seals with the server's key, and reads what a rotation that has not ended left under another."""
    before = settings.secret_key_previous
    others = [] if before is None else [before.get_secret_value()]
    coming = Places.of(settings).coming_key
    return Vault(ensure_secret_key(settings), [*others, *([_read_key(coming)] if coming.exists() else [])])


def prepare_rotation(settings: Settings) -> Vault:
    """The vault that seals with the new key and reads the old one, the same again after a kill.

    A key given as a setting was replaced there already: `SECRET_KEY_PREVIOUS` is the old one.
    """
    if settings.secret_key is not None:
        return open_vault(settings)
    old, coming = ensure_secret_key(settings), Places.of(settings).coming_key
    keep_once(coming, _new_key())
    before = settings.secret_key_previous
    return Vault(_read_key(coming), [old, *([] if before is None else [before.get_secret_value()])])


def finish_rotation(settings: Settings) -> None:
    """The new key replaces the old one. What only the old one encrypted can no longer be read."""
    places = Places.of(settings)
    if settings.secret_key is None:
        places.coming_key.replace(places.secret_key)
        sync_folder(places.secret_key.parent)
    if settings.database_url is not None:
        keep_shared(settings, KEY_MARK, _mark_of(ensure_secret_key(settings)))


def _new_key() -> bytes:
    return f"{secrets.token_hex(32)}\n".encode()


def _read_key(path: Path) -> str:
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < SECRET_KEY_LENGTH:
        raise SettingsError(
            f"{str(path)!r} holds {len(key)} characters; expected the key made at the first start: "
            "put it back from a backup, or delete the file, which logs everyone out."
        )
    return key
