"""What a backup holds, written last; a seal beside it tells whether it is as it was written."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import ConfigDict

from crm.db.backup.report import BackupFailed
from crm.db.durable_files import write_durably

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
CHUNK = 1024 * 1024
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


def seal_backup(folder: Path, manifest: Manifest) -> None:
    content = orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
    write_durably(folder / MANIFEST, content)
    write_durably(folder / SEAL, f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode())


def load_manifest(folder: Path) -> Manifest:
    """Raises BackupFailed when the folder is no whole backup, or its manifest is not as it was written."""
    try:
        content = (folder / MANIFEST).read_bytes()
        seal = (folder / SEAL).read_bytes()
    except OSError as error:
        raise BackupFailed(
            f"{folder} is not a complete backup: {error.strerror} ({error.filename})."
        ) from error
    if seal != f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode():
        raise BackupFailed(f"{folder.name}: the manifest was changed or is damaged.")
    facts = orjson.loads(content)
    if facts["format"] != FORMAT:
        raise BackupFailed(f"{folder.name} is of format {facts['format']}, which this program does not know.")
    return Manifest(**{**facts, "files": [Entry(**entry) for entry in facts["files"]]})


def digest_of(path: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return stream.tell(), digest.hexdigest()
