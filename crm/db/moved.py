"""The mark beside a database that moves, or has moved, to another one: what is here answers no change.

While it moves, a lock tells whether whoever moves it still lives: a mark without its lock means nothing.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from crm.db.durable_files import sync_folder, write_durably
from crm.errors import Busy, Conflict, Sentence

MOVING = Sentence(
    "The data is being moved to another server; nothing was saved. Please try again in a moment."
)
AT_WORK = Sentence("Another move of this data is at work.")
MARK = ".moved"
RETRY_MOVING, RETRY_MOVED = 10, 60


class Moved(Busy):
    """Changes are refused here, as the data is elsewhere."""

    def __init__(self, where: str) -> None:
        super().__init__(said_of(where), RETRY_MOVED)


def said_of(where: str) -> Sentence:
    return Sentence("The data has moved to {where}; nothing is saved here any more.", where=where)


@dataclass(frozen=True, slots=True)
class Departure:
    """`where` it goes, without a password; `token` names this move; `done`: the other place has all of it."""

    where: str
    at: str
    token: str
    done: bool


def mark_path(database: Path) -> Path:
    return database.with_name(database.name + MARK)


def load_departure(database: Path) -> Departure | None:
    """None where nothing moves. A damaged mark counts as done: nothing is saved in the wrong place."""
    try:
        return Departure(**orjson.loads(mark_path(database).read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Departure("another server", "", "", done=True)


def mark_departure(database: Path, departure: Departure) -> None:
    write_durably(mark_path(database), orjson.dumps(asdict(departure)))


def forget_departure(database: Path) -> None:
    mark_path(database).unlink(missing_ok=True)
    sync_folder(database.parent)


def must_be_here(database: Path) -> None:
    """Raises Busy while the data moves, and Moved when it has."""
    # By text: a path takes as long to compose as the look itself, and each change looks twice.
    if not os.path.exists(f"{database}{MARK}"):  # noqa: PTH110
        return
    departure = load_departure(database)
    if departure is None:
        return
    if departure.done:
        raise Moved(departure.where)
    if _is_locked(_lock_path(database)):
        raise Busy(MOVING, RETRY_MOVING)


@contextmanager
def move_lock(database: Path) -> Iterator[None]:
    """The right to move this data. Raises Conflict while another process has it."""
    descriptor = os.open(_lock_path(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Conflict(AT_WORK) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".move.lock")


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
