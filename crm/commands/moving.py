"""`crm move-to`, `crm move-back` and `crm reopen`: between the file and a PostgreSQL server."""

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import click
from pydantic import SecretStr, ValidationError

from crm.appliance.contents import inspect
from crm.appliance.doctor_files import look_at_files
from crm.appliance.load import describe_load
from crm.commands.files import carry_files
from crm.commands.restore import ask
from crm.commands.terminal import Lines
from crm.config import Settings, load_settings
from crm.db.moved import load_departure
from crm.errors import CrmError
from crm.logs import configure_logging
from crm.setting_servers import check_database_url
from crm.when_used import WhenUsed

addresses: Any = WhenUsed("crm.db.moving.addresses")
moving: Any = WhenUsed("crm.db.moving.moving")
returning: Any = WhenUsed("crm.db.moving.returning")
ADDRESS = "MOVE_TO_URL"
MISSING = (
    "Name the server: `crm move-to postgresql://…`, or, so that no password stands in arguments, in "
    f"{ADDRESS} or on the standard input with `crm move-to -`."
)
LOSES = "What was changed at {where} since the move is not here, and what is changed here is not there."


@click.command(name="move-to")
@click.argument("address", metavar="[postgresql://… | -]", required=False)
@click.option("--files", "store", metavar="s3://BUCKET/FOLDER", help="Copy the files into this store, too.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def move_to(address: str | None, store: str | None, *, yes: bool) -> None:
    """Move everything from the file to an empty database on a PostgreSQL server, while Holdfast runs.

    Changes are refused during the copy, for about as long as is told before. Then the file is marked as moved
    and stays as it is. Take the address from MOVE_TO_URL, or with `-` from the standard input. Files of
    UPLOAD_FOLDER stay there; with --files each is copied, and compared with its hash, into a store that the
    FILES_… settings reach, most of them before the pause. A move that was stopped is ended, or begun anew, by
    the same command.
    """
    settings = _settings()
    if settings.database_url is not None:
        raise CrmError("The data is on a server already: DATABASE_URL is set. `crm move-back` leaves it.")
    there = _address_of(address)
    report = Lines()
    carry = _carrying(settings, store)
    route = moving.Route(settings, there, inspect, partial(look_at_files, settings=settings), carry)
    forecast = moving.examine(route, report)
    if not forecast.ended:
        click.echo(f"{forecast.rows} rows and {forecast.files} files are sound.")
        click.echo(describe_load(settings))
        click.echo(f"Changes will be refused for about {forecast.seconds} seconds; reading goes on.")
        ask(f"Move to {addresses.shown(there)}?", yes=yes)
        carry()
    rows = moving.move_to(route, report)
    click.echo(f"{rows} rows moved, each compared." if rows else "The move had arrived; it is ended now.")
    click.echo(f"{settings.sqlite_path} stays as it is, and takes no changes any more.")
    click.echo(f"Set this, with the password if there is one, and start Holdfast again:\n"
               f"DATABASE_URL={addresses.shown(there)}")  # fmt: skip
    if store:
        click.echo(f"FILES_URL={store}")


@click.command(name="move-back")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def move_back(*, yes: bool) -> None:
    """Bring everything from the server of DATABASE_URL back into a new file at SQLITE_PATH.

    Changes are refused meanwhile. A file that moved away from there is kept beside it. The server stays as it
    is, and takes no changes any more.
    """
    settings = _settings()
    way = _way_back(settings)
    click.echo(
        f"From {addresses.shown(way.address)} into {settings.sqlite_path}. Changes are refused meanwhile."
    )
    ask("Move back?", yes=yes)
    for path in returning.move_back(way, Lines()):
        click.echo(f"The former file is kept: {path}")
    click.echo("Moved back. Take DATABASE_URL out of the settings, and start Holdfast again.")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def reopen(*, yes: bool) -> None:
    """Let a database that was moved away take changes again, as it was at that moment."""
    settings = _settings()
    if settings.database_url is not None:
        ask(LOSES.format(where="the other place") + " Open the server again?", yes=yes)
        where = returning.reopen_server(_way_back(settings))
    else:
        departure = load_departure(settings.sqlite_path)
        if departure is not None:
            ask(LOSES.format(where=departure.where) + " Open the file again?", yes=yes)
        where = returning.reopen_file(settings.sqlite_path).where
    click.echo(f"Opened again. {LOSES.format(where=where)}")


def _settings() -> Settings:
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    return settings


def _carrying(settings: Settings, store: str | None) -> Callable[[], object]:
    """What takes the files along, where they are to be."""
    if store is None:
        return int
    if settings.files_url is not None:
        raise CrmError("The files are in a store already: FILES_URL is set.")
    return partial(carry_files, settings, store)


def _way_back(settings: Settings) -> Any:
    return returning.WayBack(settings, inspect, partial(look_at_files, settings=settings))


def _address_of(given: str | None) -> str:
    found = sys.stdin.readline().strip() if given == "-" else given or os.environ.get(ADDRESS, "")
    if not found:
        raise CrmError(MISSING)
    try:
        return check_database_url(SecretStr(found)).get_secret_value()
    except (ValueError, ValidationError) as error:
        raise CrmError(f"Expected {error}.") from None
