"""`crm restore`: replaces the data by a backup, restores beside it, or brings one record back."""

import os
import sys
from pathlib import Path
from shlex import quote

import click

from crm.appliance.records import accept_offer, offer_record
from crm.appliance.restoring import Intent, examine, restore, restore_beside
from crm.commands.appliance import opened_appliance
from crm.commands.terminal import Lines, table
from crm.config import Settings, load_settings
from crm.db.backup.comparing import Difference
from crm.db.backup.records import FoundRow
from crm.db.backup.report import BackupFailed, in_words
from crm.db.tables import TENANT_COLUMN
from crm.logs import configure_logging


@click.command(name="restore")
@click.argument("which", metavar="BACKUP", required=False)
@click.option(
    "--record", metavar="TABLE/ID", help="Restore only this record and what belongs to it, e.g. clients/42."
)
@click.option("--to", "target", type=click.Path(path_type=Path), help="Restore into this new folder instead.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def restore_command(which: str | None, record: str | None, target: Path | None, *, yes: bool) -> None:
    """Verify a backup, show what it lacks, and replace the data with it. The replaced data is kept.

    Stop the server first. Afterwards messages are not sent until an admin resumes sending.

    A single record is restored while the server runs; from the newest good backup if you name none.
    """
    if record is not None:
        _bring_record(which, record, yes=yes)
    elif which is None:
        raise click.UsageError("Name a BACKUP; `crm backups` lists them.")
    else:
        _restore(which, target, yes=yes)


def _bring_record(which: str | None, wanted: str, *, yes: bool) -> None:
    with opened_appliance() as (settings, db):
        offer = offer_record(settings, db, which, wanted)
        click.echo(f"{offer.folder.name} has {wanted}.")
        if not offer.rows:
            click.echo("It is unchanged since: there is nothing to restore.")
            return
        rows = [(found.table.name, *_facts(found)) for found in offer.rows]
        click.echo(table([("TABLE", "ROW", "NOW", "WHAT DIFFERS"), *rows]))
        ask("Restore this?", yes=yes)
        written = accept_offer(settings, db, offer)
    click.echo("1 record restored." if len(written) == 1 else f"{len(written)} records restored.")


def _facts(found: FoundRow) -> tuple[str, str, str]:
    key = "/".join(str(found.row[column]) for column in found.table.key if column != TENANT_COLUMN)
    return key, found.state, ", ".join(found.changed)


def _restore(which: str, target: Path | None, *, yes: bool) -> None:
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    report = Lines()
    intent = examine(settings, which, report)
    click.echo(
        f"{intent.folder.name}: {in_words(intent.manifest.size)}, made at {intent.manifest.created_at}"
    )
    if target is not None:
        places = restore_beside(intent, target.absolute(), report)
        click.echo(
            "To look at it beside the data in use, without making backups of it:\n"
            f"  SQLITE_PATH={quote(str(places.database))} UPLOAD_FOLDER={quote(str(places.uploads))} "
            f"BACKUP_EVERY_HOURS=0 PORT={settings.port + 1} crm serve"
        )
        return
    _show(intent, settings)
    ask("Replace the data in use with this backup?", yes=yes)
    moved = restore(settings, intent, report)
    for path in moved:
        click.echo(f"The replaced data is kept: {path}")
    click.echo("Restored. Sending messages is paused until an admin releases it in Settings, Backups.")


def _show(intent: Intent, settings: Settings) -> None:
    if intent.live_exists:
        show_differences(intent.differences)
    elif settings.database_url is not None:
        click.echo("It goes into the database of DATABASE_URL, which must be empty.")
    else:
        click.echo(f"There is no database at {settings.sqlite_path} now.")


def show_differences(differences: list[Difference] | None) -> None:
    """Show the rows that only the live data has, and those that only the backup has."""
    if differences is None:
        click.echo("The database in use cannot be read, so it cannot be compared.")
    elif not differences:
        click.echo("The data in use has nothing that this copy lacks.")
    else:
        heading = ("TABLE", "NOW", "THEN", "NEWEST NOW", "NEWEST THEN")
        rows = [
            (one.table, str(one.live), str(one.copied), one.newest_live, one.newest_copied)
            for one in differences
        ]
        click.echo(f"The data in use differs from this copy:\n{table([heading, *rows])}")


def ask(question: str, *, yes: bool) -> None:
    """Continue only if the user agrees, or has agreed beforehand."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BackupFailed("Nothing was changed. Add --yes to confirm.")
    click.confirm(question, abort=True)
