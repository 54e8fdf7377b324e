"""Restoring a backup into an empty database on a server, with the files in their place."""

from dataclasses import asdict
from pathlib import Path

import orjson
import psycopg

from crm import clock
from crm.config import Settings
from crm.db.backup.far_uploads import put_far
from crm.db.backup.inside import plain_file
from crm.db.backup.manifest import Manifest
from crm.db.backup.places import DATABASE, UPLOADS, Places
from crm.db.backup.report import BackupFailed, Report
from crm.db.backup.restoring import replace_small
from crm.db.backup.uploads import copy_durably
from crm.db.backup.verifying import Inspect
from crm.db.durable_files import make_folder, write_durably
from crm.db.file_stores.opening import file_store
from crm.db.migrations import MigrationRefused, load_migrations
from crm.db.moving.arriving import fill_server
from crm.db.moving.errors import MoveFailed
from crm.db.postgres.copies import ServerCopy, long_connection
from crm.db.postgres.installation import INSTANCE, keep_fact
from crm.db.postgres.migrations import must_be_new
from crm.db.postgres.startup import check_server, without_password
from crm.db.restored import Restored, mark_restored
from crm.db.shared_facts import RESTORED
from crm.db.sqlite.upgrading import opened_as_of_today

PART = ".part-restore"


def restore_to_server(
    settings: Settings, folder: Path, manifest: Manifest, inspect: Inspect, report: Report
) -> list[Path]:
    """Returns where replaced keys are now. Raises BackupFailed: the database is as empty as before then."""
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    try:
        with long_connection(address) as there:
            check_server(there)
            must_be_new(there, load_migrations())
            make_folder(settings.sqlite_path.parent)
            make_folder(settings.upload_folder)
            _put_files(settings, folder, manifest, report)
            restored = Restored(folder.name, manifest.created_at, clock.timestamp())
            mark_restored(settings.sqlite_path, restored)
            moved = _put_companions(settings, folder, manifest)
            with (
                there.transaction(),
                opened_as_of_today(folder / DATABASE, settings.sqlite_path.parent) as copy,
            ):
                fill_server(copy.connection, there, report)
                if inspect(ServerCopy(there, copy.tables())) != manifest.heads:
                    raise BackupFailed("The ledgers there are not those that the manifest names.")
                keep_fact(there, RESTORED, orjson.dumps(asdict(restored)).decode())
                if manifest.instance_id is not None:
                    keep_fact(there, INSTANCE, manifest.instance_id)
    except psycopg.Error as error:
        raise BackupFailed(f"The server of DATABASE_URL: {without_password(str(error), address)}") from None
    except (MigrationRefused, MoveFailed) as error:
        raise BackupFailed(str(error)) from error
    return moved


def _put_files(settings: Settings, folder: Path, manifest: Manifest, report: Report) -> None:
    """What lies there already is read and compared, and put anew where it differs."""
    store = file_store(settings)
    uploads = [entry for entry in manifest.files if entry.path.startswith(f"{UPLOADS}/")]
    for number, entry in enumerate(uploads, 1):
        put_far(store, plain_file(folder, entry), entry)
        report.progress(number, len(uploads))
    report.step(f"files: {len(uploads)} in {store.address}")


def _put_companions(settings: Settings, folder: Path, manifest: Manifest) -> list[Path]:
    """The marker and the key; those that differ are kept beside them."""
    places, moved = Places.of(settings), list[Path]()
    stamp = clock.timestamp().translate(str.maketrans("", "", "-:."))
    for name, place in places.companions:
        if name in manifest.by_path:
            draft = place.with_name(place.name + PART)
            draft.unlink(missing_ok=True)
            copy_durably(plain_file(folder, manifest.by_path[name]), draft)
            moved += replace_small(draft, place, stamp)
    if manifest.instance_id is not None:
        write_durably(places.uploads_marker, manifest.instance_id.encode())
        file_store(settings).claim()
    return moved
