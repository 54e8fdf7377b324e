"""The export file of a workspace: a zip of JSON Lines, files and a sealed manifest."""

import base64
import hashlib
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from crm.db.backup.manifest import AS_WRITTEN, Entry
from crm.db.file_stores.store import Content, StoreAway
from crm.db.values import SQLValue
from crm.errors import CrmError

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
TABLES, FILES = "tables/", "files/"
BLOB = "base64"
Record = dict[str, SQLValue]


class TransferFailed(CrmError):
    """The workspace was not exported, or not imported; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """`digests` are those of the migrations that made the schema; `facts` is for the caller to compare."""

    __pydantic_config__ = AS_WRITTEN

    format: int
    program: str
    exported_at: str
    workspace_id: int
    digests: list[str]
    rows: dict[str, int]
    members: list[Entry]
    facts: dict[str, Any]


class ArchiveWriter:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: list[Entry] = []
        self.rows: dict[str, int] = {}

    def add_table(self, name: str, records: Iterable[Record]) -> None:
        count = 0
        digest, size = hashlib.sha256(), 0
        with self._archive.open(f"{TABLES}{name}.jsonl", "w", force_zip64=True) as member:
            for record in records:
                line = orjson.dumps(record, default=_encode, option=orjson.OPT_APPEND_NEWLINE)
                member.write(line)
                digest.update(line)
                size, count = size + len(line), count + 1
        self.rows[name] = count
        self.members.append(Entry(f"{TABLES}{name}.jsonl", size, digest.hexdigest()))

    def add_file(self, opened: Callable[[], Content], stored_name: str, expected: Entry) -> None:
        """Raises TransferFailed when the file is not what its row says."""
        digest, size = hashlib.sha256(), 0
        try:
            content = opened()
            with self._archive.open(f"{FILES}{stored_name}", "w", force_zip64=True) as member:
                for chunk in content.chunks():
                    member.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
        except FileNotFoundError:
            raise TransferFailed(f"The uploaded file {stored_name} is missing.") from None
        except StoreAway as away:
            raise TransferFailed(f"The store of files does not answer: {away.reason}.") from away
        if (size, digest.hexdigest()) != (expected.size, expected.sha256):
            raise TransferFailed(f"The uploaded file {stored_name} is damaged.")
        self.members.append(Entry(f"{FILES}{stored_name}", size, digest.hexdigest()))

    def seal(self, contents: Contents) -> None:
        text = orjson.dumps(asdict(contents), option=orjson.OPT_INDENT_2)
        self._archive.writestr(MANIFEST, text)
        self._archive.writestr(SEAL, f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n")


def _encode(value: object) -> object:
    if isinstance(value, bytes):
        return {BLOB: base64.b64encode(value).decode("ascii")}
    raise TypeError(type(value).__name__)
