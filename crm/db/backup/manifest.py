"""The manifest of a backup, written last, and the seal that shows whether it was changed."""

import errno
import hashlib
import os
import re
import stat
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from pydantic import ConfigDict, TypeAdapter

from crm.db.backup.report import BackupFailed
from crm.db.durable_files import write_durably
from crm.errors import system_words

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
CHUNK = 1024 * 1024
MANIFEST_BYTES = 1024 * CHUNK
SEAL_BYTES = 200
DIGEST = re.compile(r"[0-9a-f]{64}")
AS_WRITTEN = ConfigDict(strict=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup, by its path inside."""

    __pydantic_config__ = AS_WRITTEN

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`tables` counts rows by table; `heads` is what the caller's own check of the contents returned."""

    __pydantic_config__ = AS_WRITTEN

    format: int
    created_at: str
    program: str
    engine: str
    migration: int
    instance_id: str | None
    tables: dict[str, int]
    heads: dict[str, Any]
    files: list[Entry]

    @property
    def size(self) -> int:
        return sum(entry.size for entry in self.files)

    @property
    def by_path(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self.files}


_manifests = TypeAdapter(Manifest)


def seal_backup(folder: Path, manifest: Manifest) -> None:
    content = orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
    write_durably(folder / MANIFEST, content)
    write_durably(folder / SEAL, f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode())


def load_manifest(folder: Path) -> Manifest:
    """Raises BackupFailed if the backup is incomplete, or its manifest was changed."""
    try:
        content = _read(folder / MANIFEST, MANIFEST_BYTES)
        seal = _read(folder / SEAL, SEAL_BYTES)
    except OSError as error:
        raise BackupFailed(f"{folder} is not a complete backup: {system_words(error)}.") from error
    if seal != f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode():
        raise BackupFailed(f"{folder.name}: the manifest was changed or is damaged.")
    return _parse(content, folder.name)


def _read(path: Path, limit: int) -> bytes:
    """Raises OSError for what is no plain file, too."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file", str(path))
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, "it is too long", str(path))
    return content


def _parse(content: bytes, name: str) -> Manifest:
    try:
        facts = orjson.loads(content)
        found = facts.get("format") if isinstance(facts, dict) else None
        if isinstance(found, int) and found != FORMAT:
            raise BackupFailed(f"{name} is of format {found}, which this version does not know.")
        manifest = _manifests.validate_json(content)
        datetime.fromisoformat(manifest.created_at)
    except ValueError as error:
        raise BackupFailed(f"{name}: the manifest was not written by Holdfast.") from error
    if not all(entry.size >= 0 and DIGEST.fullmatch(entry.sha256) for entry in manifest.files):
        raise BackupFailed(f"{name}: the manifest has invalid sizes or hashes.")
    return manifest


def digest_of(path: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return stream.tell(), digest.hexdigest()
