"""The folder of backups: their names, and what the last check of each found."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from crm import clock
from crm.db.backup.manifest import Manifest, load_manifest
from crm.db.backup.report import BackupFailed
from crm.db.durable_files import write_durably
from crm.db.instance import Instance
from crm.errors import system_reason

NAME = re.compile(r"holdfast-(\d{8})T(\d{6})(\d{3})Z")
DRAFT_PREFIX = ".part-"
LOCK = ".lock"
CHECKS = ".checks"
LAST_RUN = "last-run.json"


@dataclass(frozen=True, slots=True)
class Check:
    """What the last verification of a backup found; `problem` is empty when it is good."""

    at: str
    problem: str = ""

    @property
    def good(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class Run:
    """How an attempt to make a backup ended: with the name of one, or with a problem."""

    started_at: str
    ended_at: str
    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class Backup:
    """`manifest` is None if the backup is incomplete; then `problem` says why."""

    name: str
    folder: Path
    made_at: datetime
    manifest: Manifest | None
    check: Check | None
    problem: str = ""

    @property
    def good(self) -> bool:
        return self.manifest is not None and self.check is not None and self.check.good

    def is_of(self, instance: Instance | None) -> bool:
        """Several servers may share one folder; an unreadable backup belongs to none in particular."""
        return instance is None or self.manifest is None or self.manifest.instance_id == instance.instance_id

    @property
    def age(self) -> timedelta:
        return clock.now() - self.made_at


def new_name() -> str:
    return f"holdfast-{clock.timestamp().translate(str.maketrans('', '', '-:.'))}"


def name_time(name: str) -> datetime | None:
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(f"{match[1]}{match[2]}{match[3]}000+0000", "%Y%m%d%H%M%S%f%z")
    except ValueError:
        return None


def list_backups(shelf: Path) -> list[Backup]:
    """Newest first; anything without a backup's name is ignored."""
    try:
        folders = sorted(shelf.iterdir(), reverse=True)
    except OSError:  # there is none yet, or not for us: check_shelf says so
        return []
    return [
        _backup(folder, made_at)
        for folder in folders
        if (made_at := name_time(folder.name)) is not None and folder.is_dir()
    ]


def newest_good(shelf: Path) -> Backup | None:
    return next((backup for backup in list_backups(shelf) if backup.good), None)


def find_backup(shelf: Path, given: str) -> Path:
    """The folder of a backup named by its name or its path."""
    folder = shelf / given if name_time(given) else Path(given).absolute()
    if not folder.is_dir():
        raise BackupFailed(f"There is no backup {given}.")
    return folder


def note_check(folder: Path, problem: str = "") -> None:
    """Remember the result of verifying, but only for backups in this folder.

    If the disk is full or read-only, only the note is lost. The result of the check still stands.
    """
    checks = folder.parent / CHECKS
    if checks.is_dir():
        with suppress(OSError):
            check = Check(clock.timestamp(), problem)
            write_durably(checks / f"{folder.name}.json", orjson.dumps(asdict(check)))


def note_run(shelf: Path, started_at: str, name: str = "", problem: str = "") -> None:
    """Remember how the last attempt to make a backup ended."""
    run = Run(started_at, clock.timestamp(), name, problem)
    write_durably(shelf / CHECKS / LAST_RUN, orjson.dumps(asdict(run)))


def last_run(shelf: Path) -> Run | None:
    facts = _load(shelf / CHECKS / LAST_RUN)
    return Run(**facts) if facts else None


@contextmanager
def locked_shelf(shelf: Path) -> Iterator[None]:
    """One backup at a time; raises BackupFailed when another one is being made."""
    descriptor = os.open(shelf / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"Another backup into {shelf} is running.") from None
        yield
    finally:
        os.close(descriptor)


def is_running(shelf: Path) -> bool:
    """Whether a backup is being made right now."""
    try:
        with locked_shelf(shelf):
            return False
    except BackupFailed:
        return True
    except OSError:
        return False


def _backup(folder: Path, made_at: datetime) -> Backup:
    facts = _load(folder.parent / CHECKS / f"{folder.name}.json")
    check = Check(**facts) if facts else None
    try:
        return Backup(folder.name, folder, made_at, load_manifest(folder), check)
    except BackupFailed as error:
        return Backup(folder.name, folder, made_at, None, check, error.message)
    except OSError as error:
        return Backup(folder.name, folder, made_at, None, check, f"it cannot be read: {system_reason(error)}")


def _load(path: Path) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return facts
