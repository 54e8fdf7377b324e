"""`crm backup`, `crm backup verify` and `crm backups`."""

import os
import signal
from datetime import timedelta
from types import FrameType

import click

from crm import clock
from crm.appliance.backups import FRESH, back_up, verify_named
from crm.commands.terminal import Lines, table
from crm.config import load_settings
from crm.db.backup.report import BackupFailed, in_words
from crm.db.backup.shelf import Backup, last_run, list_backups
from crm.logs import configure_logging


@click.group(invoke_without_command=True)
@click.pass_context
def backup(ctx: click.Context) -> None:
    """Make a backup, and restore it on trial. Its path is the last line on stdout."""
    if ctx.invoked_subcommand is not None:
        return
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    click.echo(back_up(settings, Lines()))


@backup.command()
@click.argument("which", metavar="BACKUP")
def verify(which: str) -> None:
    """Read all of a backup, named by its name or path, and check its database and its ledgers."""
    manifest = verify_named(load_settings(), which, Lines())
    click.echo(f"{which} is good: {in_words(manifest.size)} made at {manifest.created_at}")


@click.command()
def backups() -> None:
    """List the backups, newest first. The exit status is 1 when the newest good one is over 26 hours old."""
    settings = load_settings()
    found = list_backups(settings.backup_dir)
    rows = [("BACKUP", "AGE", "SIZE", "LAST VERIFIED", ""), *(_row(one) for one in found)]
    click.echo(table(rows) if found else f"No backups in {settings.backup_dir}.")
    run = last_run(settings.backup_dir)
    if run is not None and run.problem:
        click.echo(f"The last attempt, at {run.ended_at}, failed: {run.problem}", err=True)
    good = [one for one in found if one.good]
    if not good or good[0].age > FRESH:
        raise BackupFailed("There is no verified backup of the last 26 hours.")


def _row(one: Backup) -> tuple[str, ...]:
    size = in_words(one.manifest.size) if one.manifest else "?"
    problem = one.problem or (one.check.problem if one.check else "never verified")
    return one.name, age_of(one), size, one.check.at if one.check else "never", problem


def age_of(one: Backup) -> str:
    hours = int((clock.now() - one.made_at) / timedelta(hours=1))
    return f"{hours} h" if hours < 72 else f"{hours // 24} d"


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Leave by the way of an exception, so that what is half done is cleared away."""
    raise SystemExit(1)
