"""What the doctor looks at on a server: its version, the tables, and who may change the history."""

from collections.abc import Callable, Iterator
from functools import partial

import psycopg

from crm.config import Settings
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.postgres.archive import archive_age
from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.migrations import pending_migrations
from crm.db.postgres.replicas import POSITION, Replica, identity_of
from crm.db.postgres.roles import missing_guards
from crm.db.postgres.startup import check_server, without_password
from crm.db.refusal import StartRefused
from crm.db.statistics import Statistics
from crm.setting_servers import replica_addresses

ARCHIVE_SECONDS, BEHIND_SECONDS = 600, 60
DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
}


def of_server(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    """Each with its name; what it says, or StartRefused."""
    for name, check in (
        ("engine", _engine),
        ("durability", _durability),
        ("schema", _schema),
        ("roles", _roles),
        ("archive", _archive),
    ):
        yield name, _connected(settings, check)
    for number, address in enumerate(replica_addresses(settings), 1):
        yield f"replica {number}", _connected(settings, partial(_replica, address))


def _connected(settings: Settings, check: Callable[[Connection], str]) -> Callable[[], str]:
    def run() -> str:
        address = settings.database_url.get_secret_value() if settings.database_url else ""
        try:
            with connect(address) as connection:
                return check(connection)
        except (psycopg.Error, MigrationRefused) as error:
            raise StartRefused(without_password(str(error), address)) from None

    return run


def _engine(connection: Connection) -> str:
    check_server(connection)
    return f"PostgreSQL {_shown(connection, 'server_version')}, {_shown(connection, 'server_encoding')}"


def _durability(connection: Connection) -> str:
    """Without these a commit that was answered may be lost with the power."""
    for setting, wanted in DURABLE.items():
        found = _shown(connection, setting)
        if found not in wanted:
            raise StartRefused(f"{setting} is {found}: what was saved may be lost with the power. Set it on.")
    return "a commit waits for the disk"


def _schema(connection: Connection) -> str:
    pending = pending_migrations(connection, load_migrations())
    return f"{len(pending)} migrations run at the next start" if pending else "up to date"


def _roles(connection: Connection) -> str:
    missing = missing_guards(connection)
    return " ".join(missing) if missing else "the program's role keeps rows alone, of one workspace at a time"


def _archive(connection: Connection) -> str:
    age = archive_age(connection)
    if age is None:
        return "the log is not archived: docs/scaling.md says how"
    if age > ARCHIVE_SECONDS:
        raise StartRefused(f"A piece of the log has waited {age:.0f} seconds to be archived.")
    return "all full pieces of the log are archived"


def _replica(address: str, connection: Connection) -> str:
    position = str(connection.execute(POSITION).fetchall()[0][0])
    replica = Replica(address, identity_of(connection), 1, Statistics(0))
    try:
        lag = replica.lag(position)
    except psycopg.Error as error:
        raise StartRefused(without_password(str(error), address)) from None
    if lag > BEHIND_SECONDS:
        raise StartRefused(f"It is {lag:.0f} seconds behind; the primary answers for it.")
    return "it follows, and can be read"


def _shown(connection: Connection, setting: str) -> str:
    return str(connection.execute(f"SHOW {setting}".encode()).fetchall()[0][0])
