"""Unpacking a backup tar from any source: only plain files with known names that fit on the disk."""

import shutil
import tarfile
from pathlib import Path
from typing import BinaryIO, cast

from crm.db.backup.inside import is_known
from crm.db.backup.manifest import CHUNK
from crm.db.backup.report import BackupFailed, in_words
from crm.db.backup.shelf import name_time
from crm.db.durable_files import make_folder

HEADER_BYTES = CHUNK
SHOWN = 80


class Sips:
    """Reads only small pieces, because the library would hold a header of any size in memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= HEADER_BYTES:
            raise tarfile.ReadError("a header is too long")
        return self._stream.read(size)


def extract(stream: BinaryIO, target: Path) -> None:
    """Raises BackupFailed for contents that no backup has, tarfile.TarError if it is not an archive."""
    with tarfile.open(fileobj=cast(BinaryIO, Sips(stream)), mode="r:") as archive:
        while (member := archive.next()) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # the library would keep them all
            path = target / _place_of(member)
            if path.exists():
                raise BackupFailed(f"The archive has {member.name} twice.")
            _check_room(target, member)
            _write(archive, member, path)


def _place_of(member: tarfile.TarInfo) -> str:
    name, _, path = member.name.partition("/")
    if not member.isreg() or member.issparse():
        raise BackupFailed(f"The archive's {member.name[:SHOWN]!r} is a link or not a plain file.")
    if name_time(name) is None or not is_known(path):
        raise BackupFailed(
            f"The archive has a file that does not belong in a backup: {member.name[:SHOWN]!r}."
        )
    return member.name


def _check_room(target: Path, member: tarfile.TarInfo) -> None:
    free = shutil.disk_usage(target.parent).free
    if member.size > free:
        needed = in_words(member.size)
        raise BackupFailed(f"{target.parent} has {in_words(free)} free; {member.name} needs {needed}.")


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> None:
    source = archive.extractfile(member)
    if source is None:
        raise BackupFailed(f"The archive's {member.name[:SHOWN]!r} is not a plain file.")
    make_folder(place.parent)
    with source, place.open("xb") as writing:
        place.chmod(0o600)
        while chunk := source.read(CHUNK):
            writing.write(chunk)
    if place.stat().st_size != member.size:
        raise BackupFailed(f"The archive ends within {member.name}.")
