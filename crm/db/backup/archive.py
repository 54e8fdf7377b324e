"""A backup as a tar stream, made piece by piece without holding it in memory."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from crm.db.backup.manifest import CHUNK, MANIFEST, SEAL
from crm.db.backup.report import BackupFailed
from crm.db.backup.shelf import Backup

PERMISSIONS = 0o600
END = bytes(2 * tarfile.BLOCKSIZE)


def archive_size(backup: Backup) -> int:
    """The bytes of the whole stream."""
    return sum(len(_header(backup, path, size)) + _padded(size) for path, size in _members(backup)) + len(END)


def stream_archive(backup: Backup) -> Iterator[bytes]:
    """Unpacked, it is the folder that `crm restore` takes."""
    for path, size in _members(backup):
        yield _header(backup, path, size)
        yield from _content(backup.folder / path, size)
        yield bytes(_padded(size) - size)
    yield END


def _members(backup: Backup) -> list[tuple[str, int]]:
    if backup.manifest is None:
        raise BackupFailed(f"{backup.name} is not complete.")
    listed = [(entry.path, entry.size) for entry in backup.manifest.files]
    return [*listed, *((name, (backup.folder / name).stat().st_size) for name in (MANIFEST, SEAL))]


def _header(backup: Backup, path: str, size: int) -> bytes:
    info = tarfile.TarInfo(f"{backup.name}/{path}")
    info.size = size
    info.mode = PERMISSIONS
    info.mtime = int(backup.made_at.timestamp())
    return info.tobuf(tarfile.PAX_FORMAT)


def _content(path: Path, size: int) -> Iterator[bytes]:
    """Exactly the announced number of bytes. A shorter file aborts the stream, so that the reader notices."""
    left = size
    with path.open("rb") as stream:
        while left:
            chunk = stream.read(min(CHUNK, left))
            if not chunk:
                raise BackupFailed(f"{path} is shorter than its manifest says.")
            left -= len(chunk)
            yield chunk


def _padded(size: int) -> int:
    return -(-size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE
