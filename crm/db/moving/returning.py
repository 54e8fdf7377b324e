"""Bringing everything from a server back into a new file, and opening again what was left."""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apsw
import psycopg

from crm import clock
from crm.config import Settings
from crm.db.backup.report import Report
from crm.db.backup.restoring import move_database_aside
from crm.db.backup.verifying import Inspect
from crm.db.durable_files import make_folder, sync_folder
from crm.db.instance import create_instance, load_instance, mark_clean
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.moved import Departure, forget_departure, load_departure, mark_departure, move_lock
from crm.db.moving.errors import MoveFailed
from crm.db.moving.leaving import fill_file
from crm.db.postgres.connections import PooledConnection
from crm.db.postgres.copies import long_connection
from crm.db.postgres.installation import (
    BACK,
    INSTANCE,
    MOVED,
    check_place,
    forget_fact,
    is_known,
    keep_fact,
    load_fact,
)
from crm.db.postgres.migrations import pending_migrations
from crm.db.postgres.roles import see_all
from crm.db.postgres.startup import without_password
from crm.db.presence import Occupied, alone
from crm.db.sqlite.copies import opened_copy
from crm.db.sqlite.gates import check_filesystem
from crm.db.sqlite.process import must_not_be_open
from crm.db.sqlite.stored_files import stored_files
from crm.db.sqlite.upgrading import remove_with_companions
from crm.db.stored_files import StoredFile

DRAFT = ".arrived-"
SNAPSHOT = b"BEGIN ISOLATION LEVEL REPEATABLE READ"
PAUSE = b"LOCK TABLE identity_revisions IN EXCLUSIVE MODE"


@dataclass(frozen=True, slots=True)
class WayBack:
    """From the server of the settings to their file."""

    settings: Settings
    inspect: Inspect
    look_at_files: Callable[[list[StoredFile]], object]

    @property
    def address(self) -> str:
        if self.settings.database_url is None:
            raise MoveFailed("The data is in the file already: DATABASE_URL is empty.")
        return self.settings.database_url.get_secret_value()

    def draft(self, token: str) -> Path:
        database = self.settings.sqlite_path
        return database.with_name(f"{database.name}{DRAFT}{token}")


def move_back(way: WayBack, report: Report) -> list[Path]:
    """Returns where the file is now that was in that place. Raises MoveFailed: nothing has moved then.

    After a kill, the same again either ends it or begins anew.
    """
    database = way.settings.sqlite_path
    make_folder(database.parent)
    check_filesystem(database.parent)
    must_not_be_open(database)
    with _explaining(way), move_lock(database), alone(database), long_connection(way.address) as there:
        if not is_known(there):
            raise MoveFailed("The database of DATABASE_URL holds no data of Holdfast.")
        token = load_fact(there, BACK)
        if token is None:
            _check_free(database)
            check_place(there)
            token = _bring(way, there, report)
        instance_id = load_fact(there, INSTANCE)
        return _put_in_place(way, token, instance_id)


def _check_free(database: Path) -> None:
    departure = load_departure(database)
    if database.exists() and (departure is None or not departure.done):
        raise MoveFailed(f"{database} holds data that has not moved: name another file in SQLITE_PATH.")


def _bring(way: WayBack, there: PooledConnection, report: Report) -> str:
    """Changes are refused from here on. The mark on the server is of the same moment as the copy."""
    database, token = way.settings.sqlite_path, secrets.token_hex(16)
    for leftover in database.parent.glob(f"{database.name}{DRAFT}*"):
        remove_with_companions(leftover)
    there.execute(SNAPSHOT)
    there.execute(PAUSE)
    see_all(there)
    report.step("paused: changes are refused until the copy is whole")
    if pending_migrations(there, load_migrations()):
        raise MoveFailed(
            "The database is of an older version: start Holdfast once, which brings it up to date."
        )
    fill_file(there, way.draft(token), report)
    with opened_copy(way.draft(token)) as copy:
        heads = way.inspect(copy)
        report.step(f"ledgers: {len(heads)} whole")
        way.look_at_files(stored_files(copy.connection))
    keep_fact(there, MOVED, f"the SQLite file {database.name} on {socket.gethostname()}")
    keep_fact(there, BACK, token)
    there.execute(b"COMMIT")
    report.step("switched: the server takes no changes any more")
    return token


def _put_in_place(way: WayBack, token: str, instance_id: str | None) -> list[Path]:
    """The mark of the former file holds until the new one is in its place."""
    settings, draft = way.settings, way.draft(token)
    database, moved = settings.sqlite_path, []
    departure = load_departure(database)
    marked = departure is not None and departure.token == token
    if draft.exists():
        if not marked:
            _check_free(database)
            stamp = clock.timestamp().translate(str.maketrans("", "", "-:."))
            moved = move_database_aside(database, stamp)
            mark_departure(database, Departure("the file that is being brought back", "", token, done=True))
        if load_instance(database) is None:
            create_instance(database, settings.upload_folder, instance_id)
        mark_clean(database, clean=True)
        draft.rename(database)
        sync_folder(database.parent)
    elif not marked:
        raise MoveFailed(f"{draft} is not there any more; `crm reopen` opens the server again.")
    forget_departure(database)
    return moved


def reopen_file(database: Path) -> Departure:
    """Take the mark away. Raises MoveFailed where nothing has moved."""
    departure = load_departure(database)
    if departure is None or not departure.done:
        raise MoveFailed("The file has not moved: there is nothing to open again.")
    with move_lock(database):
        forget_departure(database)
    return departure


def reopen_server(way: WayBack) -> str:
    """Where the data had moved to. Raises MoveFailed where nothing has moved."""
    with _explaining(way), long_connection(way.address) as there:
        where = load_fact(there, MOVED)
        if where is None:
            raise MoveFailed("The data of this database has not moved: there is nothing to open again.")
        with there.transaction():
            forget_fact(there, MOVED)
            forget_fact(there, BACK)
    return where


@contextmanager
def _explaining(way: WayBack) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise MoveFailed(f"The server: {without_password(str(error), way.address)}") from None
    except (MigrationRefused, Occupied, apsw.Error) as error:
        raise MoveFailed(str(error)) from error
