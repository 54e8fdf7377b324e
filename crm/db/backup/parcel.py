"""A backup as one file to take elsewhere: a tar archive, encrypted in the `age` format.

The archive is encrypted for a key made for it alone, as what is encrypted with a passphrase must be held in
memory whole; that key lies beside it, encrypted with the passphrase. `age -d -i FILE.key FILE` opens both.
"""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, cast

import pyrage
from pyrage import passphrase, x25519

from crm.db.backup.archive import stream_archive
from crm.db.backup.extracting import extract
from crm.db.backup.report import BackupFailed
from crm.db.backup.shelf import DRAFT_PREFIX, Backup, name_time
from crm.db.backup.uploads import remove_folder
from crm.db.durable_files import sync_folder, write_durably, written_durably

ENCRYPTED = ".age"
KEY = ".key"
KEY_BYTES = 64 * 1024


def parcel_name(backup: Backup, secret: str | None) -> str:
    return f"{backup.name}.tar{ENCRYPTED if secret else ''}"


def key_path(parcel: Path) -> Path:
    return parcel.with_name(parcel.name + KEY)


def pack(backup: Backup, target: Path, secret: str | None) -> None:
    """Write `target` and, if there is a passphrase, the key beside it."""
    if secret is None:
        with written_durably(target) as stream:
            for piece in stream_archive(backup):
                stream.write(piece)
        return
    identity = x25519.Identity.generate()
    write_durably(key_path(target), passphrase.encrypt(str(identity).encode(), secret))
    with written_durably(target) as stream:
        pyrage.encrypt_io(
            Pieces(stream_archive(backup)), cast(BufferedIOBase, stream), [identity.to_public()]
        )


def unpack(parcel: Path, shelf: Path, secret: str | None) -> Path:
    """Unpack the backup into BACKUP_DIR, without verifying it; returns its folder. Raises BackupFailed."""
    staging = shelf / f"{DRAFT_PREFIX}unpacked"
    remove_folder(staging)
    try:
        with opened(parcel, shelf, secret) as stream:
            extract(stream, staging)
        return _shelve(staging, shelf)
    except (tarfile.TarError, ValueError, OSError) as error:
        raise BackupFailed(f"{parcel} is not a backup, or is damaged: {error}") from error
    finally:
        remove_folder(staging)


@contextmanager
def opened(parcel: Path, shelf: Path, secret: str | None) -> Iterator[BinaryIO]:
    """The decrypted archive. An encrypted one is decrypted into an unnamed file on the disk of BACKUP_DIR."""
    if parcel.suffix != ENCRYPTED:
        with parcel.open("rb") as stream:
            yield stream
        return
    if secret is None:
        raise BackupFailed(f"{parcel} is encrypted; give its passphrase as BACKUP_PASSPHRASE.")
    clear = shelf / f"{DRAFT_PREFIX}decrypted"
    try:
        with key_path(parcel).open("rb") as stream:
            sealed = stream.read(KEY_BYTES)
        identity = x25519.Identity.from_str(passphrase.decrypt(sealed, secret).decode())
        with parcel.open("rb") as source, clear.open("wb") as target:
            pyrage.decrypt_io(source, target, [identity])
        with clear.open("rb") as stream:
            clear.unlink()
            yield stream
    except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError, FileNotFoundError) as error:
        raise BackupFailed(f"{parcel} cannot be decrypted: {error}") from error
    finally:
        clear.unlink(missing_ok=True)


class Pieces(BufferedIOBase):
    """A file to read from, made of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int | None = -1) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._pieces)
            except StopIteration:
                return b""
        taken, self._rest = (
            (self._rest, b"") if size is None or size < 0 else (self._rest[:size], self._rest[size:])
        )
        return taken


def _shelve(staging: Path, shelf: Path) -> Path:
    folders = [folder for folder in staging.iterdir() if name_time(folder.name) is not None]
    if len(folders) != 1:
        raise BackupFailed("The archive does not contain a backup.")
    target = shelf / folders[0].name
    if target.exists():
        raise BackupFailed(f"{target} is there already.")
    folders[0].rename(target)
    sync_folder(shelf)
    return target
