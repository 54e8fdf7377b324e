"""All checks of a server: those of the start, and those that take longer."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import apsw
from pydantic import SecretStr

from crm.appliance.backups import shelf_obstacle, standing_of
from crm.appliance.contents import inspect
from crm.appliance.doctor_files import look_at_files, look_at_orphans
from crm.config import Settings
from crm.db.backup.report import in_words
from crm.db.failures import CountingFailed
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.ownership import rightful_owner
from crm.db.refusal import StartRefused
from crm.db.sharing import link_to
from crm.db.sqlite import gates
from crm.db.sqlite.copies import Copy, DamagedCopy, check_integrity, count_rows
from crm.db.sqlite.engine import UnsafeEngine, open_reader
from crm.db.sqlite.migrations import pending_migrations
from crm.db.sqlite.process import is_open
from crm.db.sqlite.stored_files import stored_files
from crm.errors import CrmError, system_words

LOW_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """`found` is a sentence; a problem that does no harm yet is good with a warning."""

    check: str
    good: bool
    found: str


def examine(settings: Settings) -> Iterator[Finding]:
    """One after another, as some take long. The server may be running; nothing is changed."""
    found = [_look(name, check) for name, check in _gates(settings)]
    yield from found
    unsound = any(finding.check == "header" and not finding.good for finding in found)
    if unsound or not _is_there(settings.sqlite_path):
        return
    try:
        connection = open_reader(settings.sqlite_path)
    except (apsw.Error, UnsafeEngine, OSError) as error:
        yield Finding("database", good=False, found=f"It cannot be opened: {error}. Restore a backup.")
        return
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
    with closing(connection):
        for name, check in _contents(settings, connection):
            yield _look(name, check)
    yield _look("backups", lambda: look_at_backups(settings))
    redis_url = settings.redis_url
    if redis_url is not None:
        yield _look("shared counters", lambda: look_at_counters(redis_url))


def _look(name: str, check: Callable[[], object]) -> Finding:
    try:
        said = check()
    except OSError as error:
        return Finding(name, good=False, found=f"{system_words(error)}.")
    except (StartRefused, CrmError, DamagedCopy, MigrationRefused, apsw.Error) as error:
        return Finding(name, good=False, found=str(error))
    return Finding(name, good=True, found=said if isinstance(said, str) else "in order")


def _gates(settings: Settings) -> list[tuple[str, Callable[[], object]]]:
    database, uploads = settings.sqlite_path, settings.upload_folder
    checks: list[tuple[str, Callable[[], object]]] = [
        ("engine", _then(gates.check_engine, lambda: f"SQLite {apsw.sqlite_lib_version()}")),
        ("path", _then(lambda: gates.check_absolute(database), lambda: str(database))),
        ("filesystem", lambda: gates.check_filesystem(database.parent)),
        ("kinds of files", lambda: gates.check_kinds(database, uploads)),
        ("permissions", lambda: _permissions(settings)),
        ("presence", lambda: gates.check_present(database, uploads)),
        ("place", lambda: gates.check_here(database)),
        ("room", _then(lambda: gates.check_room(database.parent), lambda: _room(database.parent))),
    ]
    if _is_there(database) and not is_open(database):
        checks.append(("header", lambda: gates.check_header(database)))
        checks.append(("write-ahead log", lambda: gates.check_wal(database)))
    return checks


def _permissions(settings: Settings) -> str:
    """As root, check as the user who owns the data."""
    owner = rightful_owner(settings.sqlite_path)
    gates.check_writable(settings.sqlite_path, settings.upload_folder, settings.backup_dir, owner)
    if obstacle := shelf_obstacle(settings, owner):
        raise StartRefused(obstacle)
    return "in order"


def _contents(settings: Settings, connection: apsw.Connection) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("schema", lambda: _schema(connection)),
        ("integrity", _then(lambda: check_integrity(connection), lambda: _rows(connection))),
        ("ledgers", lambda: _ledgers(connection)),
        ("uploaded files", lambda: look_at_files(stored_files(connection), settings)),
        ("orphaned files", lambda: look_at_orphans(stored_files(connection), settings)),
    ]


def _is_there(path: Path) -> bool:
    """False also where the user may not look: permissions are a finding of their own."""
    try:
        return path.exists()
    except OSError:
        return False


def _then(check: Callable[[], None], said: Callable[[], str]) -> Callable[[], str]:
    def run() -> str:
        check()
        return said()

    return run


def _room(folder: Path) -> str:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    return f"{in_words(free)} free" + (", which is little" if free < LOW_BYTES else "")


def _schema(connection: apsw.Connection) -> str:
    pending = pending_migrations(connection, load_migrations())
    return f"{len(pending)} migrations run at the next start" if pending else "up to date"


def _rows(connection: apsw.Connection) -> str:
    counts = count_rows(connection)
    return f"sound: {sum(counts.values())} rows in {len(counts)} tables"


def _ledgers(connection: apsw.Connection) -> str:
    heads = inspect(Copy(connection))
    return f"{len(heads)} whole, {sum(head['entries'] for head in heads.values())} entries"


def look_at_backups(settings: Settings) -> str:
    standing = standing_of(settings)
    if standing.last_run is not None and standing.last_run.problem:
        raise StartRefused(f"The last attempt: {standing.last_run.problem}")
    if standing.stale:
        raise StartRefused("There is no verified backup from the last 26 hours. Make one: crm backup.")
    paused = ". Messages are paused since a restore: crm release" if standing.restored else ""
    return (
        f"{len(standing.backups)}, the newest from {standing.backups[0].made_at:%Y-%m-%d %H:%M} UTC{paused}"
    )


def look_at_counters(redis_url: SecretStr) -> str:
    try:
        return link_to(redis_url).check()
    except CountingFailed as error:
        said = str(error).rstrip(".")
        raise StartRefused(f"Redis does not answer; each machine counts by itself: {said}.") from error
