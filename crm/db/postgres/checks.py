"""What the doctor looks at on a server: its version, the tables, and who may change the history."""

from collections.abc import Callable, Iterator

import psycopg

from crm.config import Settings
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.migrations import pending_migrations
from crm.db.postgres.roles import missing_guards
from crm.db.postgres.startup import check_server, without_password
from crm.db.refusal import StartRefused

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
    ):
        yield name, _connected(settings, check)


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


def _shown(connection: Connection, setting: str) -> str:
    return str(connection.execute(f"SHOW {setting}".encode()).fetchall()[0][0])
