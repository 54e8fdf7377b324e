"""An exported workspace as it is read: piece by piece, each bounded by the size that the manifest gives."""

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, cast

import orjson
from pydantic import TypeAdapter, ValidationError

from crm import clock
from crm.db.backup.manifest import CHUNK, Entry
from crm.db.transfer.archive import (
    FILES,
    FORMAT,
    MANIFEST,
    SEAL,
    TABLES,
    Contents,
    TransferFailed,
)
from crm.db.transfer.container import DAMAGES

LINE_BYTES = 4 * 1024 * 1024
MOST_ROWS = 2**40
MOST_ID = 2**40
DIGEST = re.compile(r"[0-9a-f]{64}")
UNREADABLE = (*DAMAGES, zlib.error)

_contents = TypeAdapter(Contents)


class ArchiveReader:
    """Raises TransferFailed for a file that is not a complete export."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        text = self._read_whole(MANIFEST)
        self.digest = hashlib.sha256(text).hexdigest()
        if self._read_whole(SEAL) != f"{self.digest}  {MANIFEST}\n".encode():
            raise TransferFailed("The export's manifest was changed or is damaged.")
        self.contents = _parse(text)
        self._compare_sizes()

    @property
    def size(self) -> int:
        """The unpacked size of all members."""
        return sum(entry.size for entry in self.contents.members)

    def verify(self) -> None:
        """Read all of it."""
        for entry in self.contents.members:
            digest, size = hashlib.sha256(), 0
            with self._opened(entry.path) as member:
                for chunk in _chunks(member, entry.path):
                    digest.update(chunk)
                    size += len(chunk)
            if (size, digest.hexdigest()) != (entry.size, entry.sha256):
                raise TransferFailed(f"{entry.path} was changed or is damaged in the export.")

    def lines(self, table: str) -> Iterator[bytes]:
        """The rows of a table, not read yet. Each is bounded."""
        name = f"{TABLES}{table}.jsonl"
        with self._opened(name) as member:
            stream = io.BufferedReader(cast(io.RawIOBase, member), CHUNK)
            while line := _line(stream, name):
                if len(line) > LINE_BYTES:
                    raise TransferFailed(f"{name} of the export has a row of more than {LINE_BYTES:,} bytes.")
                yield line

    def files(self) -> list[Entry]:
        """By their stored names."""
        found = [entry for entry in self.contents.members if entry.path.startswith(FILES)]
        return [replace(entry, path=entry.path.removeprefix(FILES)) for entry in found]

    def chunks_of(self, stored_name: str) -> Iterator[bytes]:
        name = f"{FILES}{stored_name}"
        with self._opened(name) as member:
            yield from _chunks(member, name)

    def _read_whole(self, name: str) -> bytes:
        """Read a small member whose size was checked before."""
        limit = self._archive.getinfo(name).file_size
        with self._opened(name) as member:
            try:
                return member.read(limit)
            except UNREADABLE as error:
                raise TransferFailed(f"{name} is damaged in the export.") from error

    def _opened(self, name: str) -> IO[bytes]:
        try:
            return self._archive.open(name)
        except UNREADABLE as error:
            raise TransferFailed(f"{name} is missing or damaged in the export.") from error

    def _compare_sizes(self) -> None:
        """The manifest and the zip's directory agree on each member, and none is left over."""
        there = {info.filename: info.file_size for info in self._archive.infolist()}
        for entry in self.contents.members:
            size = there.pop(entry.path, None)
            if size is None:
                raise TransferFailed(
                    f"{entry.path} is missing in the export, or named twice by its manifest."
                )
            if size != entry.size:
                raise TransferFailed(f"{entry.path} of the export is not as long as its manifest says.")
        for name in there.keys() - {MANIFEST, SEAL}:
            raise TransferFailed(f"{name} of the export is not named by its manifest.")


def _parse(text: bytes) -> Contents:
    try:
        facts = orjson.loads(text)
        found = facts.get("format") if isinstance(facts, dict) else None
        if isinstance(found, int) and found != FORMAT:
            raise TransferFailed(f"The export is of format {found}, which this version does not know.")
        contents = _contents.validate_json(text)
    except (ValueError, RecursionError) as error:
        raise TransferFailed(f"The export's manifest was not written by Holdfast{_reason(error)}.") from error
    _check_contents(contents)
    return contents


def _reason(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return ""
    first = error.errors(include_url=False, include_input=False)[0]
    return f": {'.'.join(map(str, first['loc']))[:80]}: {first['msg']}"


def _check_contents(contents: Contents) -> None:
    if not 1 <= contents.workspace_id <= MOST_ID:
        raise TransferFailed("The export's manifest names no workspace: workspace_id is out of bounds.")
    if not all(DIGEST.fullmatch(digest) for digest in contents.digests):
        raise TransferFailed("The export's manifest has invalid digests.")
    if not all(0 <= count <= MOST_ROWS for count in contents.rows.values()):
        raise TransferFailed("The export's manifest has an invalid number of rows.")
    if not all(entry.size >= 0 and DIGEST.fullmatch(entry.sha256) for entry in contents.members):
        raise TransferFailed("The export's manifest has invalid sizes or hashes.")
    tables = {entry.path for entry in contents.members if entry.path.startswith(TABLES)}
    if tables != {f"{TABLES}{name}.jsonl" for name in contents.rows}:
        raise TransferFailed("The export's manifest counts rows of other tables than it has.")
    try:
        clock.from_text(contents.exported_at)
    except ValueError as error:
        raise TransferFailed("The export's manifest does not say when it was made.") from error


def _chunks(member: IO[bytes], name: str) -> Iterator[bytes]:
    try:
        while chunk := member.read(CHUNK):
            yield chunk
    except UNREADABLE as error:
        raise TransferFailed(f"{name} is damaged in the export.") from error


def _line(stream: IO[bytes], name: str) -> bytes:
    try:
        return stream.readline(LINE_BYTES + 1)
    except UNREADABLE as error:
        raise TransferFailed(f"{name} is damaged in the export.") from error
