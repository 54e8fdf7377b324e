"""`crm rollback`, `crm pause` and `crm release`."""

import os

import click

from crm import clock
from crm.commands.restore import ask, show_differences
from crm.config import load_settings
from crm.db.backup.rolling_back import find_way_back, roll_back
from crm.db.restored import Restored, load_restored, mark_restored, release_restored
from crm.errors import Conflict
from crm.logs import configure_logging


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def rollback(*, yes: bool) -> None:
    """Go back to the snapshot from before the last migration; the present database is kept beside it.

    Uploads stay as they are. Start the older program afterwards: this one would migrate again.
    """
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    way = find_way_back(settings.sqlite_path)
    click.echo(f"{way.snapshot.name} is whole.")
    show_differences(way.differences)
    ask("Put the snapshot in place of the database?", yes=yes)
    for path in roll_back(settings.sqlite_path, way.snapshot):
        click.echo(f"What was replaced is kept: {path}")
    click.echo("Rolled back. Start the older program now: this one would migrate again.")


@click.command()
def pause() -> None:
    """Send no messages until they are released, as after a restore by other means."""
    settings = load_settings()
    mark_restored(settings.sqlite_path, Restored("another source", "", clock.timestamp()))
    click.echo("Messages are paused. Release them in Settings, Backups, or by `crm release`.")


@click.command()
def release() -> None:
    """Let messages be sent again, which a restore had paused."""
    settings = load_settings()
    restored = load_restored(settings.sqlite_path)
    if restored is None:
        raise Conflict("Sending messages is not paused.")
    release_restored(settings.sqlite_path)
    click.echo(f"Messages are sent again. They were paused since {restored.restored_at}.")
