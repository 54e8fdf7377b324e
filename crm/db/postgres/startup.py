"""From configured address to a database that is safe to open."""

import secrets
from urllib.parse import urlsplit

import psycopg
import structlog

from crm.config import Settings
from crm.db.durable_files import make_folder
from crm.db.instance import create_instance, load_instance
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.postgres.connections import ENCODING, Connection, connect
from crm.db.postgres.installation import INSTANCE, check_place, keep_first
from crm.db.postgres.migrations import bring_up_to_date
from crm.db.postgres.roles import grant
from crm.db.refusal import StartRefused
from crm.errors import system_reason

OLDEST = 15
IDENTITY = b"SELECT system_identifier, current_database() FROM pg_control_system()"

log = structlog.get_logger("crm.db")


def prepare(settings: Settings) -> None:
    """Pass the gates, make the tables or bring them up to date. Raises StartRefused."""
    if settings.database_url is None:
        raise TypeError("the settings name no server")
    address = settings.database_url.get_secret_value()
    owner = settings.database_owner_url.get_secret_value() if settings.database_owner_url else address
    try:
        with connect(owner) as connection:
            check_server(connection)
            if owner != address:
                _must_be_same(connection, address)
            check_place(connection)
            _bring_up_to_date(connection, address)
            _make_folders(settings, connection)
    except (psycopg.Error, MigrationRefused) as error:
        said = without_password(without_password(str(error), address), owner)
        raise StartRefused(f"The database of DATABASE_URL: {said}") from None


def rehearse(settings: Settings) -> None:
    """Whether the server can be reached and would do. An upgrade is not tried: it would hold its tables."""
    if settings.database_url is None:
        raise TypeError("the settings name no server")
    address = (settings.database_owner_url or settings.database_url).get_secret_value()
    try:
        with connect(address) as connection:
            check_server(connection)
    except psycopg.Error as error:
        raise StartRefused(f"The database of DATABASE_URL: {without_password(str(error), address)}") from None


def _bring_up_to_date(connection: Connection, address: str) -> None:
    """And give the program's role its rights, both or none of it."""
    with connection.transaction():
        bring_up_to_date(connection, load_migrations())
        grant(connection, address)


def _must_be_same(connection: Connection, address: str) -> None:
    with connect(address) as other:
        if connection.execute(IDENTITY).fetchall() != other.execute(IDENTITY).fetchall():
            raise StartRefused("DATABASE_OWNER_URL and DATABASE_URL name different databases.")


def without_password(said: str, address: str) -> str:
    """The driver repeats an address that it cannot read."""
    password = urlsplit(address).password
    return " ".join((said.replace(address, "…").replace(password, "…") if password else said).split())


def check_server(connection: Connection) -> None:
    """Raises StartRefused for a server, or a database, that would not keep what it is given."""
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise StartRefused(
            f"The server of DATABASE_URL is PostgreSQL {version}; {OLDEST} or later is needed."
        )
    encoding = str(connection.execute(b"SHOW server_encoding").fetchall()[0][0])
    if encoding != ENCODING:
        raise StartRefused(
            f"The database of DATABASE_URL has the encoding {encoding}; {ENCODING} is needed: "
            "create it with ENCODING 'UTF8' TEMPLATE template0."
        )


def _make_folders(settings: Settings, connection: Connection) -> None:
    """A marker tells that folders, store and database belong together: all machines have the same."""
    try:
        for folder in (settings.sqlite_path.parent, settings.upload_folder):
            if make_folder(folder):
                log.info("created folder", path=str(folder))
        here = load_instance(settings.sqlite_path)
        common = keep_first(connection, INSTANCE, here.instance_id if here else secrets.token_hex(16))
        if here is None:
            create_instance(settings.sqlite_path, settings.upload_folder, common)
        elif here.instance_id != common:
            raise StartRefused(
                f"{settings.sqlite_path.parent} belongs to another installation than the database of "
                "DATABASE_URL: name an empty folder in SQLITE_PATH."
            )
    except OSError as error:
        raise StartRefused(f"{error.filename or settings.sqlite_path}: {system_reason(error)}.") from error
