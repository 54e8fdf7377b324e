"""From configured address to a database that is safe to open."""

from urllib.parse import urlsplit

import psycopg
import structlog

from crm.config import Settings
from crm.db.durable_files import make_folder
from crm.db.instance import create_instance, load_instance
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.postgres.connections import ENCODING, Connection, connect
from crm.db.postgres.installation import check_place
from crm.db.postgres.migrations import bring_up_to_date
from crm.db.refusal import StartRefused
from crm.errors import system_reason

OLDEST = 15

log = structlog.get_logger("crm.db")


def prepare(settings: Settings) -> None:
    """Pass the gates, make the tables or bring them up to date. Raises StartRefused."""
    if settings.database_url is None:
        raise TypeError("the settings name no server")
    _make_folders(settings)
    address = settings.database_url.get_secret_value()
    try:
        with connect(address) as connection:
            check_server(connection)
            check_place(connection)
            bring_up_to_date(connection, load_migrations())
    except (psycopg.Error, MigrationRefused) as error:
        raise StartRefused(f"The database of DATABASE_URL: {without_password(str(error), address)}") from None


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


def _make_folders(settings: Settings) -> None:
    """Uploads, locks and the key are in folders still; a marker tells that they belong together."""
    try:
        for folder in (settings.sqlite_path.parent, settings.upload_folder):
            if make_folder(folder):
                log.info("created folder", path=str(folder))
        if load_instance(settings.sqlite_path) is None:
            create_instance(settings.sqlite_path, settings.upload_folder)
    except OSError as error:
        raise StartRefused(f"{error.filename or settings.sqlite_path}: {system_reason(error)}.") from error
