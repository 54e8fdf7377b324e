"""What will happen to each row of an import, kept beside its file: one list for each outcome."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from crm.errors import Full
from crm.files.uploads import NO_ROOM
from crm.imports.entry import OUTCOMES, RowResult

Checked = Sequence[tuple[RowResult, dict[str, Any]]]
PREFIX = "review-"
MOST_KEPT = 2
"""The one in use, and the one that is being written."""


class Review:
    """Receives the checked rows. `name` is what `reviewed_rows` finds them by, `place` where they are."""

    def __init__(self, name: str, files: dict[RowResult, IO[bytes]], place: Path) -> None:
        self.name = name
        self.place = place
        self._files = files

    def add(self, checked: Checked) -> None:
        for outcome, shown in checked:
            self._files[outcome].write(orjson.dumps(shown) + b"\n")


@contextmanager
def new_review(folder: Path) -> Iterator[Review]:
    _forget_old(folder)
    name = secrets.token_hex(8)
    place = folder / f"{PREFIX}{name}"
    place.mkdir(mode=0o700)
    try:
        with ExitStack() as files:
            opened: dict[RowResult, IO[bytes]] = {
                each: files.enter_context((place / each).open("wb")) for each in OUTCOMES
            }
            yield Review(name, opened, place)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise Full("The disk is full; the file was not checked.") from error
        raise


def _forget_old(folder: Path) -> None:
    kept = sorted(folder.glob(f"{PREFIX}*"), key=lambda each: each.stat().st_mtime)
    for each in kept[: max(0, len(kept) + 1 - MOST_KEPT)]:
        shutil.rmtree(each, ignore_errors=True)


def reviewed_rows(
    folder: Path, name: str, outcome: RowResult, *, place: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """The rows from that place on, and the place of those after them; None at the end.

    Nothing for a review that is not there any more, and for a place where no row begins.
    """
    rows: list[dict[str, Any]] = []
    try:
        lines = (folder / f"{PREFIX}{name}" / outcome).open("rb")
    except FileNotFoundError:
        return rows, None
    with lines:
        if not _begins_row(lines, place):
            return rows, None
        for line in lines:
            if len(rows) == limit:
                return rows, place
            rows.append(orjson.loads(line))
            place += len(line)
    return rows, None


def _begins_row(lines: IO[bytes], place: int) -> bool:
    lines.seek(max(0, place - 1))
    return place == 0 or lines.read(1) == b"\n"
