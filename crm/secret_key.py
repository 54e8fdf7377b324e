"""The key that signs cookies and forms: given as a setting, or made once and kept beside the database."""

import os
import secrets
from pathlib import Path

from crm.config import SECRET_KEY_LENGTH, Settings, SettingsError

FILE_NAME = "secret.key"


def ensure_secret_key(settings: Settings) -> str:
    """The key of this appliance, the same in each process and after each start.

    The folder of the database must exist. Raises SettingsError when the kept key is damaged.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.sqlite_path.parent / FILE_NAME
    if not path.exists():
        _keep(path, secrets.token_hex(32))
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < SECRET_KEY_LENGTH:
        raise SettingsError(
            f"{str(path)!r} holds {len(key)} characters; expected the key made at the first start: "
            "put it back from a backup, or delete the file, which logs everyone out."
        )
    return key


def _keep(path: Path, key: str) -> None:
    """Keep the key whole or not at all; of processes that race the first wins, and all read its key."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _fsync_folder(path.parent)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
