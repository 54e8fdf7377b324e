"""Read the parts of a zipped document; their size is checked before anything is unpacked."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from crm.errors import Sentence
from crm.imports.reading.sheets import unreadable

MOST_UNPACKED = 4 * 1024**3
MOST_TIMES = 300
SMALL_PART = 64 * 1024 * 1024
MOST_PARTS = 5_000
CHUNK = 256 * 1024
NOT_A_WORKBOOK = Sentence("is damaged, or not a workbook")


@contextmanager
def opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Raises Invalid for a file that is not an archive, or would unpack to far too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(archive, path.stat().st_size)
            yield archive
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, KeyError):
        raise unreadable(NOT_A_WORKBOOK) from None


def _check_sizes(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(SMALL_PART, size * MOST_TIMES):
        raise unreadable("unpacks to too much data")
    if any(part.flag_bits & 1 for part in parts):
        raise unreadable("is protected by a password")


def read_part(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """In pieces, never more than the size given in the archive."""
    left = archive.getinfo(name).file_size
    with archive.open(name) as part:
        while left >= 0 and (chunk := part.read(CHUNK)):
            left -= len(chunk)
            yield chunk


class Puller:
    """An XML parser for one kind of part: `start`, `text` and `end` are called as it goes.

    Names come without namespaces. A document type, which could define growing entities, is refused.
    """

    damaged = NOT_A_WORKBOOK

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.text
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Raises Invalid."""
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError:
            raise unreadable(self.damaged) from None

    def whole(self, archive: zipfile.ZipFile, name: str) -> None:
        for chunk in read_part(archive, name):
            self.feed(chunk)
        self.feed(b"", last=True)

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def text(self, text: str) -> None: ...
    def end(self, name: str) -> None: ...

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self.end(_local(name))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_doctype(*_: object) -> None:
    raise unreadable("declares a document type, which is not allowed")
