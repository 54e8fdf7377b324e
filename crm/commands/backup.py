"""`crm backup`, `crm backup verify` and `crm backups`."""

import os
import signal
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from crm import clock
from crm.appliance.backups import FRESH, any_good_within, back_up, get_backup, verify_named
from crm.commands.terminal import Lines, table
from crm.config import Settings, load_settings
from crm.db.backup.report import BackupFailed, in_words
from crm.db.backup.shelf import CHECKS, Backup, last_run, list_backups, locked_shelf, note_run
from crm.db.durable_files import make_folder
from crm.logs import configure_logging
from crm.signals import stays_ignored
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.db.backup import offsite
    from crm.db.backup import parcel as parcels
else:
    offsite = WhenUsed("crm.db.backup.offsite")
    parcels = WhenUsed("crm.db.backup.parcel")


@click.group(invoke_without_command=True)
@click.pass_context
def backup(ctx: click.Context) -> None:
    """Make a backup and test-restore it. The last line on stdout is its path."""
    if ctx.invoked_subcommand is not None:
        return
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if not stays_ignored(number):
            signal.signal(number, _stop)
    report = Lines()
    folder = back_up(settings, report)
    run = last_run(settings.backup_dir)
    if settings.backup_store_url is not None:
        _carry_off(folder, settings, report)
    click.echo(folder)
    if run is not None and run.problem:
        raise BackupFailed(f"The backup is good, but {run.problem}")


def _carry_off(folder: Path, settings: Settings, report: Lines) -> None:
    """A failed copy is reported like a failed backup, though the backup on this machine is good."""
    started = clock.timestamp()
    try:
        with locked_shelf(settings.backup_dir):
            offsite.carry_off(get_backup(settings, folder.name), settings, report)
    except BackupFailed as error:
        note_run(settings.backup_dir, started, folder.name, error.message)
        raise


@backup.command()
@click.argument("which", metavar="BACKUP")
def verify(which: str) -> None:
    """Read a whole backup (a name or a path) and check its database and its history."""
    manifest = verify_named(load_settings(), which, Lines())
    click.echo(f"{which} is good: {in_words(manifest.size)} made at {manifest.created_at}")


@backup.command("pack")
@click.argument("which", metavar="BACKUP")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
def pack_command(which: str, target: Path) -> None:
    """Write a backup into one file. With BACKUP_PASSPHRASE it is encrypted, and FILE.key belongs to it."""
    settings = load_settings()
    parcels.pack(get_backup(settings, which), target.absolute(), offsite.passphrase_of(settings))
    click.echo(target)


@backup.command("unpack")
@click.argument("parcel", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def unpack_command(parcel: Path) -> None:
    """Put a packed or downloaded backup back into BACKUP_DIR, and verify it."""
    settings = load_settings()
    _prepare_shelf(settings)
    folder = parcels.unpack(parcel.absolute(), settings.backup_dir, offsite.passphrase_of(settings))
    verify_named(settings, folder.name, Lines())
    click.echo(folder)


@backup.command("fetch")
@click.argument("name", metavar="BACKUP")
def fetch_command(name: str) -> None:
    """Fetch a backup from BACKUP_STORE_URL, and verify it."""
    settings = load_settings()
    _prepare_shelf(settings)
    folder = offsite.fetch(name, settings, Lines())
    verify_named(settings, folder.name, Lines())
    click.echo(folder)


@backup.command("offsite")
def offsite_command() -> None:
    """List the backups at BACKUP_STORE_URL."""
    for name, size in offsite.list_offsite(load_settings()):
        click.echo(f"{name}  {in_words(size)}")


def _prepare_shelf(settings: Settings) -> None:
    os.umask(0o077)
    make_folder(settings.backup_dir / CHECKS)


@click.command()
def backups() -> None:
    """List the backups, newest first. The exit status is 1 when the newest good one is over 26 hours old."""
    settings = load_settings()
    found = list_backups(settings.backup_dir)
    rows = [("BACKUP", "AGE", "SIZE", "LAST VERIFIED", ""), *(_row(one) for one in found)]
    click.echo(table(rows) if found else f"No backups in {settings.backup_dir}.")
    run = last_run(settings.backup_dir)
    if run is not None and run.problem:
        click.echo(f"The last attempt, at {run.ended_at}: {run.problem}", err=True)
    if not any_good_within(FRESH, settings):
        raise BackupFailed("There is no verified backup from the last 26 hours.")


def _row(one: Backup) -> tuple[str, ...]:
    size = in_words(one.manifest.size) if one.manifest else "?"
    problem = one.problem or (one.check.problem if one.check else "never verified")
    return one.name, age_of(one), size, one.check.at if one.check else "never", problem


def age_of(one: Backup) -> str:
    hours = int((clock.now() - one.made_at) / timedelta(hours=1))
    return f"{hours} h" if hours < 72 else f"{hours // 24} d"


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Stop with an exception, so that incomplete work is cleaned up."""
    raise SystemExit(1)
