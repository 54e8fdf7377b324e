"""The key that signs cookies and forms: given as a setting, or made once and kept beside the database."""

import secrets

from crm.config import Settings, SettingsError
from crm.db.backup.places import Places
from crm.db.durable_files import keep_once
from crm.setting_types import SECRET_KEY_LENGTH


def ensure_secret_key(settings: Settings) -> str:
    """The key of this appliance, the same in each process and after each start.

    The folder of the database must exist. Raises SettingsError when the kept key is damaged.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = Places.of(settings).secret_key
    if not path.exists():
        keep_once(path, f"{secrets.token_hex(32)}\n".encode())
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < SECRET_KEY_LENGTH:
        raise SettingsError(
            f"{str(path)!r} holds {len(key)} characters; expected the key made at the first start: "
            "put it back from a backup, or delete the file, which logs everyone out."
        )
    return key
