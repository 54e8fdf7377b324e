"""Copies of backups in an S3-compatible store."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from crm.config import Settings
from crm.db.backup.parcel import key_path, pack, parcel_name, unpack
from crm.db.backup.report import BackupFailed, Report, in_words
from crm.db.backup.shelf import DRAFT_PREFIX, Backup
from crm.db.backup.uploads import remove_folder
from crm.db.durable_files import make_folder, written_durably
from crm.db.s3 import Bucket, first_line, open_bucket


def carry_off(backup: Backup, settings: Settings, report: Report) -> None:
    """Pack and upload the backup, then check the size of each uploaded object. Raises BackupFailed."""
    store = open_store(settings)
    secret = passphrase_of(settings)
    with _workbench(settings.backup_dir) as bench:
        parcel = bench / parcel_name(backup, secret)
        pack(backup, parcel, secret)
        for path in (parcel, key_path(parcel)):
            if path.exists():
                _send(store, path)
                size = in_words(path.stat().st_size)
                report.step(f"off-site: {path.name}, {size}, at {settings.backup_store_url}")


def fetch(name: str, settings: Settings, report: Report) -> Path:
    """Download a backup into BACKUP_DIR, without verifying it; returns its folder. Raises BackupFailed."""
    store = open_store(settings)
    secret = passphrase_of(settings)
    make_folder(settings.backup_dir)
    with _workbench(settings.backup_dir) as bench:
        for suffix in (".tar.age", ".tar.age.key", ".tar"):
            _receive(store, bench / f"{name}{suffix}")
        parcels = [path for path in bench.iterdir() if path.suffix in {".age", ".tar"}]
        if not parcels:
            raise BackupFailed(f"There is no backup {name} at {settings.backup_store_url}.")
        report.step(f"fetched: {parcels[0].name}, {in_words(parcels[0].stat().st_size)}")
        return unpack(parcels[0], settings.backup_dir, secret)


def list_offsite(settings: Settings) -> list[tuple[str, int]]:
    """The names of the parcels and their sizes, the newest first. Raises BackupFailed."""
    try:
        found = [entry for page in obstore.list(open_store(settings)) for entry in page]
    except BaseError as error:
        raise BackupFailed(f"{settings.backup_store_url} cannot be listed: {first_line(error)}") from error
    parcels = [(entry["path"], entry["size"]) for entry in found if not entry["path"].endswith(".key")]
    return sorted(parcels, reverse=True)


def open_store(settings: Settings) -> S3Store:
    if settings.backup_store_url is None:
        raise BackupFailed("No store is set up for copies of backups: BACKUP_STORE_URL is empty.")
    return open_bucket(
        Bucket(
            settings.backup_store_url,
            settings.backup_store_endpoint,
            settings.backup_store_region,
            settings.backup_store_access_key,
            settings.backup_store_secret_key,
        )
    )


def passphrase_of(settings: Settings) -> str | None:
    return settings.backup_passphrase.get_secret_value() if settings.backup_passphrase else None


@contextmanager
def _workbench(shelf: Path) -> Iterator[Path]:
    bench = shelf / f"{DRAFT_PREFIX}offsite"
    remove_folder(bench)
    bench.mkdir(mode=0o700)
    try:
        yield bench
    finally:
        remove_folder(bench)


def _send(store: S3Store, path: Path) -> None:
    try:
        obstore.put(store, path.name, path)
        arrived = obstore.head(store, path.name)["size"]
    except (BaseError, OSError) as error:
        raise BackupFailed(f"{path.name} could not be copied to the store: {first_line(error)}") from error
    if arrived != path.stat().st_size:
        raise BackupFailed(f"Only {arrived} bytes of {path.name} arrived at the store.")


def _receive(store: S3Store, path: Path) -> None:
    """Skips files that are not there."""
    try:
        answer = obstore.get(store, path.name)
        size, free = answer.meta["size"], shutil.disk_usage(path.parent).free
        if size > free:
            raise BackupFailed(
                f"{path.parent} has {in_words(free)} free; {path.name} needs {in_words(size)}."
            )
        with written_durably(path) as stream:
            for piece in answer.stream():
                stream.write(bytes(piece))
    except FileNotFoundError:
        return
    except BaseError as error:
        raise BackupFailed(f"{path.name} could not be fetched: {first_line(error)}") from error
