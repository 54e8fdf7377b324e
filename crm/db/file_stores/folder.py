"""Contents of files in a folder of this machine."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from crm.db.durable_files import TEMPORARY_PREFIX, make_folder, sync_folder, written_durably
from crm.db.file_stores.store import CHUNK, OURS, Content, Leftover, checked
from crm.db.stored_files import place_of


class FolderStore:
    """A FileStore."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def address(self) -> str:
        return str(self.folder)

    def path(self, name: str) -> Path:
        stem, dot, suffix = checked(name).partition(".")
        place = place_of(self.folder, stem)
        return place.with_name(f"{place.name}{dot}{suffix}")

    def put(self, name: str, stream: IO[bytes]) -> tuple[int, str]:
        place = self.path(name)
        make_folder(place.parent)
        digest, size = hashlib.sha256(), 0
        with written_durably(place) as out:
            for chunk in iter(lambda: stream.read(CHUNK), b""):
                out.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return size, digest.hexdigest()

    def open(self, name: str, sha256: str | None = None) -> Content:  # noqa: ARG002
        stream = self.path(name).open("rb")
        return Content(stream, os.fstat(stream.fileno()).st_size)

    def size(self, name: str) -> int | None:
        place = self.path(name)
        return place.stat().st_size if place.is_file() else None

    def remove(self, name: str, *, durably: bool = False) -> None:
        place = self.path(name)
        place.unlink(missing_ok=True)
        if durably:
            with suppress(FileNotFoundError):
                sync_folder(place.parent)

    def names(self) -> Iterator[tuple[str, int]]:
        for path in self._files():
            if OURS.fullmatch(name := self._name(path)):
                yield name, path.stat().st_size

    def leftovers(self, before: float) -> Iterator[Leftover]:
        for path in self._files():
            name = self._name(path)
            ours = OURS.fullmatch(name) or path.name.startswith(TEMPORARY_PREFIX)
            if ours and path.stat().st_mtime < before:
                yield Leftover(name.partition(".")[0], partial(path.unlink, missing_ok=True))

    def claim(self) -> None:
        """Its marker is written with that of the database."""

    def check(self) -> None:
        """Raises OSError: that of the missing folder, or of what may not be done in it."""
        next(self.folder.iterdir(), None)
        if not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(f"{self.folder} cannot be written")

    def _files(self) -> Iterator[Path]:
        """Links are not followed out of the folder."""
        inside = self.folder.resolve()
        for path in self.folder.glob("[0-9]*/[0-9a-f][0-9a-f]/*"):
            if path.is_file() and path.resolve().is_relative_to(inside):
                yield path

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()
