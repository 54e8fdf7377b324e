"""What a place for the contents of files can do, be it a folder or an S3-compatible store.

A content is put down once and never changed. Its name is the stored name of a row, or that and a suffix for
what was made of it, such as a thumbnail.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from crm.db.stored_files import LeadsOut, check_name
from crm.errors import Busy

CHUNK = 256 * 1024
SUFFIX = re.compile(r"\.[0-9a-z]{1,16}")
OURS = re.compile(r"[0-9]+/[0-9a-f]{2}/[0-9a-f]{32}(\.[0-9]+)?")
RETRY_SECONDS = 5


class StoreAway(Busy):
    """The store cannot be reached or refuses; nothing was kept. `reason` is for administrators."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__("The store of files does not answer. Please try again in a moment.", RETRY_SECONDS)
        self.address = address
        self.reason = reason


class DamagedContent(Exception):
    """What was read to its end is not what was put down; its last piece was not given out."""


@dataclass(frozen=True, slots=True)
class Content:
    """`stream` can seek, and is for the caller to close."""

    stream: IO[bytes]
    size: int

    def chunks(self) -> Iterator[bytes]:
        with self.stream:
            while chunk := self.stream.read(CHUNK):
                yield chunk


@dataclass(frozen=True, slots=True)
class Leftover:
    """`stored_name` is that of the row that it would belong to."""

    stored_name: str
    remove: Callable[[], None]


class FileStore(Protocol):
    """Each operation raises LeadsOut for a name that Holdfast would never give, and StoreAway."""

    @property
    def address(self) -> str:
        """As people know it, without secrets."""

    @property
    def folder(self) -> Path | None:
        """That of this machine; None where the contents are elsewhere."""

    def put(self, name: str, stream: IO[bytes]) -> tuple[int, str]:
        """Put what is left of the stream down, durably; its size and SHA-256. Raises OSError."""

    def open(self, name: str, sha256: str | None = None) -> Content:
        """Raises FileNotFoundError. What comes from elsewhere is compared with the SHA-256 as it is read."""

    def path(self, name: str) -> Path | None:
        """Where it is on this machine, None where it is elsewhere."""

    def size(self, name: str) -> int | None:
        """None if it is not there."""

    def remove(self, name: str, *, durably: bool = False) -> None:
        """It may be missing."""

    def names(self) -> Iterator[tuple[str, int]]:
        """Of all contents, with their sizes. Things of others are passed over."""

    def leftovers(self, before: float) -> Iterator[Leftover]:
        """What was put down before a moment, also by halves."""

    def claim(self) -> None:
        """It is this installation's from now on."""

    def check(self) -> None:
        """Raises OSError and StoreAway while nothing can be put down or read."""


def checked(name: str) -> str:
    """A name with a suffix or without. Raises LeadsOut."""
    stem, dot, suffix = name.partition(".")
    check_name(stem)
    if dot and not SUFFIX.fullmatch(f".{suffix}"):
        raise LeadsOut(f"The stored name {stem}.{suffix[:20]!r} leads out of the folder of uploads.")
    return name


def read_whole(store: FileStore, name: str) -> bytes:
    """Raises FileNotFoundError."""
    content = store.open(name)
    with content.stream:
        return content.stream.read()
