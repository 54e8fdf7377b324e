"""`crm rollback`, `crm pause` and `crm release`."""

import os

import click

from crm import clock
from crm.commands.restore import ask, show_differences
from crm.config import load_settings
from crm.db.backup.rolling_back import find_way_back, roll_back
from crm.db.in_file import must_be_in_file
from crm.db.pausing import pause_sending, resume_sending
from crm.db.restored import Restored, load_restored
from crm.errors import Conflict
from crm.logs import configure_logging


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def rollback(*, yes: bool) -> None:
    """Return to the snapshot from before the last upgrade. The present database is kept beside it.

    Uploads are not changed. Start the older version afterwards: this one would upgrade again.
    """
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    must_be_in_file(settings)
    way = find_way_back(settings.sqlite_path)
    click.echo(f"{way.snapshot.name} is whole.")
    show_differences(way.differences)
    ask("Replace the database with the snapshot?", yes=yes)
    for path in roll_back(settings.sqlite_path, way.snapshot):
        click.echo(f"The replaced data is kept: {path}")
    click.echo("Rolled back. Start the older program now: this one would migrate again.")


@click.command()
def pause() -> None:
    """Stop sending messages until `crm release`, for example after restoring by other means."""
    settings = load_settings()
    pause_sending(settings, Restored("another source", "", clock.timestamp()))
    click.echo("Messages are paused. Release them in Settings, Backups, or by `crm release`.")


@click.command()
def release() -> None:
    """Resume sending messages, which a restore has paused."""
    settings = load_settings()
    restored = load_restored(settings.sqlite_path)
    if restored is None:
        raise Conflict("Sending messages is not paused.")
    resume_sending(settings)
    click.echo(f"Messages are sent again. They were paused since {restored.restored_at}.")
