"""Moving a live appliance from its file to a server: what was acknowledged is there, whatever happens."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass

import apsw
import orjson
import psycopg

from crm import clock
from crm.config import Settings
from crm.db.backup.report import Report
from crm.db.backup.verifying import Inspect
from crm.db.instance import load_instance
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.moved import Departure, forget_departure, load_departure, mark_departure, move_lock
from crm.db.moving.addresses import place_of
from crm.db.moving.arriving import file_rows, fill_server, moved_tables
from crm.db.moving.digests import digest_of
from crm.db.moving.errors import MoveFailed
from crm.db.postgres.connections import PooledConnection
from crm.db.postgres.copies import ServerCopy, long_connection
from crm.db.postgres.installation import ARRIVING, INSTANCE, forget_fact, is_known, keep_fact, load_fact
from crm.db.postgres.migrations import must_be_new
from crm.db.postgres.startup import check_server, without_password
from crm.db.presence import Occupied, Presence
from crm.db.restored import load_restored
from crm.db.shared_facts import RESTORED
from crm.db.sqlite.copies import Copy
from crm.db.sqlite.engine import open_reader, open_writer
from crm.db.sqlite.migrations import pending_migrations as pending_in_file
from crm.db.sqlite.stored_files import stored_files
from crm.db.sqlite.tables import describe_tables
from crm.db.stored_files import StoredFile

SLOWER = 4
"""How much longer it takes to send rows, index them and read them back than to read them here."""
WAIT_SECONDS = 10.0
DROPPED = b"""
    SELECT format('DROP TABLE %I CASCADE', relname)
      FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
     UNION ALL
    SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
      FROM pg_proc p
     WHERE p.pronamespace = current_schema()::regnamespace
     ORDER BY 1 DESC
"""


@dataclass(frozen=True, slots=True)
class Route:
    """From the file of the settings to that address; `inspect` and `look_at_files` check what is copied.

    `carry_files` takes files to their new place that came while Holdfast ran.
    """

    settings: Settings
    address: str
    inspect: Inspect
    look_at_files: Callable[[list[StoredFile]], object]
    carry_files: Callable[[], object] = int


@dataclass(frozen=True, slots=True)
class Forecast:
    """`seconds` is about how long changes will be refused; `ended` that nothing is left to be copied."""

    rows: int = 0
    files: int = 0
    seconds: int = 0
    ended: bool = False


def examine(route: Route, report: Report) -> Forecast:
    """Look through both ends while Holdfast runs; nothing is changed. Raises MoveFailed or StartRefused."""
    with _explaining(route), long_connection(route.address) as there:
        check_server(there)
        report.step("server: of a version and an encoding that fit")
        if _has_arrived(route, there):
            return Forecast(ended=True)
        if not _is_unended(there):
            must_be_new(there, load_migrations())
        with _present(route.settings), closing(open_reader(route.settings.sqlite_path)) as file:
            return _measure(route, file, report)


def _measure(route: Route, file: apsw.Connection, report: Report) -> Forecast:
    if pending_in_file(file, load_migrations()):
        raise MoveFailed("The file is of an older version: start Holdfast once, which brings it up to date.")
    file.execute("BEGIN")
    started = time.monotonic()
    rows = sum(digest_of(file_rows(file, table)).rows for table in moved_tables(file))
    heads = route.inspect(Copy(file, in_transaction=True))
    took = time.monotonic() - started
    report.step(f"ledgers: {len(heads)} whole")
    files = stored_files(file)
    file.execute("ROLLBACK")
    route.look_at_files(files)
    report.step(f"files: {len(files)}, each as its row says")
    return Forecast(rows, len(files), 1 + round(took * SLOWER))


def move_to(route: Route, report: Report) -> int:
    """The number of rows moved. Raises MoveFailed, or another CrmError: nothing has moved then.

    After a kill, the same again either ends it or begins anew.
    """
    database = route.settings.sqlite_path
    with (
        _explaining(route),
        move_lock(database),
        _present(route.settings),
        long_connection(route.address) as there,
    ):
        if _has_arrived(route, there):
            forget_fact(there, ARRIVING)
            return 0
        departure = Departure(place_of(route.address), clock.timestamp(), secrets.token_hex(16), done=False)
        mark_departure(database, departure)
        try:
            rows = _move(route, there, departure, report)
        except BaseException:
            _stay(route)
            raise
        forget_fact(there, ARRIVING)
    return rows


def _move(route: Route, there: PooledConnection, departure: Departure, report: Report) -> int:
    with _paused(route) as file:
        report.step("paused: changes are refused until the copy is whole")
        with there.transaction():
            _clear(there)
            rows = fill_server(file, there, report)
            heads = route.inspect(ServerCopy(there, describe_tables(file)))
            report.step(f"ledgers: {len(heads)} whole")
            _keep_facts(route, there, departure)
        report.step("arrived: everything is stored there")
        route.look_at_files(stored_files(file))
        route.carry_files()
        mark_departure(
            route.settings.sqlite_path,
            Departure(departure.where, departure.at, departure.token, done=True),
        )
        report.step("switched: the file takes no changes any more")
    return rows


def _stay(route: Route) -> None:
    departure = load_departure(route.settings.sqlite_path)
    if departure is not None and not departure.done:
        forget_departure(route.settings.sqlite_path)
        with suppress(psycopg.Error), long_connection(route.address) as there, there.transaction():
            _clear(there)


def _keep_facts(route: Route, there: PooledConnection, departure: Departure) -> None:
    instance = load_instance(route.settings.sqlite_path)
    if instance is not None:
        keep_fact(there, INSTANCE, instance.instance_id)
    restored = load_restored(route.settings.sqlite_path)
    if restored is not None:  # else what was sent before could be sent again
        keep_fact(there, RESTORED, orjson.dumps(asdict(restored)).decode())
    keep_fact(there, ARRIVING, departure.token)


def _has_arrived(route: Route, there: PooledConnection) -> bool:
    """Whether only the last step of an earlier move is left. Raises MoveFailed where all has moved."""
    departure = load_departure(route.settings.sqlite_path)
    if departure is None or not departure.done:
        return False
    if is_known(there) and load_fact(there, ARRIVING) == departure.token:
        return True
    raise MoveFailed(f"The data has moved to {departure.where} already; `crm reopen` opens this file again.")


def _is_unended(there: PooledConnection) -> bool:
    return is_known(there) and load_fact(there, ARRIVING) is not None


def _clear(there: PooledConnection) -> None:
    """Take away what a move left there that has not ended."""
    if _is_unended(there):
        for (statement,) in there.execute(DROPPED).fetchall():
            there.execute(str(statement).encode())


@contextmanager
def _paused(route: Route) -> Iterator[apsw.Connection]:
    """Nobody else writes to the file meanwhile; what is on its way is waited for."""
    with closing(open_writer(route.settings.sqlite_path)) as file:
        file.set_busy_timeout(route.settings.db_transaction_timeout + round(WAIT_SECONDS * 1000))
        file.execute("BEGIN IMMEDIATE")
        try:
            yield file
        finally:
            file.execute("ROLLBACK")


@contextmanager
def _present(settings: Settings) -> Iterator[None]:
    """Prevents the file from being replaced meanwhile."""
    if not settings.sqlite_path.exists():
        raise MoveFailed(f"There is no database at {settings.sqlite_path}.")
    presence = Presence(settings.sqlite_path, WAIT_SECONDS)
    try:
        yield
    finally:
        presence.end()


@contextmanager
def _explaining(route: Route) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise MoveFailed(f"The server: {without_password(str(error), route.address)}") from None
    except (MigrationRefused, Occupied, apsw.Error) as error:
        raise MoveFailed(str(error)) from error
