"""`crm files`: moves the contents of files between the folder and an S3-compatible store, and checks them."""

import sys

import click

from crm.commands.appliance import opened_appliance
from crm.config import Settings
from crm.db.backup.uploads import is_whole, listed
from crm.db.file_stores.folder import FolderStore
from crm.db.file_stores.opening import file_store, store_at
from crm.db.file_stores.store import FileStore, StoreAway
from crm.errors import CrmError
from crm.files.moving import Moved, copy_files, count_files, named_files
from crm.kinds import open_database
from crm.setting_types import check_s3_url

FOLDER = "folder"


@click.group()
def files() -> None:
    """Where the contents of uploaded files are: a folder, or an S3-compatible store."""


@files.command(name="move-to")
@click.argument("target", metavar="s3://BUCKET/FOLDER | folder")
def move_to(target: str) -> None:
    """Copy all files from UPLOAD_FOLDER into a store, by the FILES_… settings, or from FILES_URL to `folder`.

    Each is compared with the hash in its row. The server may run. A run that was stopped goes on where it
    was. Afterwards stop the server, run it once more for what came meanwhile, change FILES_URL, and start.
    """
    with opened_appliance() as (settings, db):
        source, there = _ends(settings, target)
        count = count_files(db) or 1
        with click.progressbar(length=count, label="Copying", file=sys.stderr) as bar:
            try:
                moved = copy_files(db, source, there, bar.update)
            except StoreAway as away:
                raise CrmError(f"{_said(away)} Run it again: it goes on where it was.") from away
    _tell(moved, source, there, target)


def carry_files(settings: Settings, url: str) -> None:
    """All from UPLOAD_FOLDER into the store. Raises CrmError where one did not arrive."""
    source, there = _ends(settings, url)
    db = open_database(settings)
    try:
        moved = copy_files(db, source, there, int)
    except StoreAway as away:
        raise CrmError(f"{_said(away)} Nothing has moved. Run it again: it goes on where it was.") from away
    finally:
        db.close()
    _told_lost(moved, source)
    click.echo(f"{moved.copied} files copied to {there.address}, {moved.there} were there already.")


@files.command()
def check() -> None:
    """Read every file that a row names, and compare it with its hash. The exit status is 1 if one differs."""
    with opened_appliance() as (settings, db):
        store, count = file_store(settings), count_files(db)
        try:
            bad = [file.named for file in named_files(db) if not is_whole(store, file)]
        except StoreAway as away:
            raise CrmError(_said(away)) from away
    if bad:
        raise CrmError(f"{len(bad)} of {count} are missing or damaged in {store.address}: {listed(bad)}.")
    click.echo(f"{count} files in {store.address}, each as its row says.")


def _ends(settings: Settings, target: str) -> tuple[FileStore, FileStore]:
    """From where to where. Raises CrmError."""
    folder = FolderStore(settings.upload_folder)
    if target == FOLDER:
        if settings.files_url is None:
            raise CrmError("The files are in UPLOAD_FOLDER already: FILES_URL is empty.")
        return file_store(settings), folder
    try:
        return folder, store_at(settings, check_s3_url(target))
    except ValueError as error:
        raise click.BadParameter(f"expected 'folder', or {error}.", param_hint="TARGET") from None


def _tell(moved: Moved, source: FileStore, there: FileStore, target: str) -> None:
    click.echo(f"{moved.copied} files copied to {there.address}, {moved.there} were there already.")
    _told_lost(moved, source)
    click.echo(f"Nothing was taken away from {source.address}.")
    click.echo(f"To switch, set FILES_URL={'' if target == FOLDER else target} and restart Holdfast.")


def _told_lost(moved: Moved, source: FileStore) -> None:
    if moved.lost:
        raise CrmError(
            f"{len(moved.lost)} are missing or damaged in {source.address}: {listed(moved.lost)}. "
            "The others are in their new place."
        )


def _said(away: StoreAway) -> str:
    return f"The store of files at {away.address} does not answer: {away.reason}."
