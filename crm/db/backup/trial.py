"""Test-restoring a new backup into a temporary folder."""

from pathlib import Path

from crm.db.backup.manifest import Manifest
from crm.db.backup.places import UPLOADS, Places
from crm.db.backup.placing import place_backup, put_link
from crm.db.backup.report import Report
from crm.db.backup.verifying import Inspect, verify_database
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.gates import check_engine, check_filesystem, check_header


def restore_on_trial(folder: Path, manifest: Manifest, trial: Path, inspect: Inspect, report: Report) -> int:
    """Restore below `trial` and open the result as the server would; returns how many rows it has."""
    places = Places(trial / "data" / "crm.db", trial / UPLOADS)
    for place in (places.database.parent, places.uploads):
        place.mkdir(mode=0o700)
    place_backup(folder, manifest, places, report, put_upload=put_link)
    check_engine()
    check_filesystem(trial)
    check_header(places.database)
    verify_database(places.database, manifest, inspect)
    connection = open_writer(places.database)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    finally:
        connection.close()
    return sum(manifest.tables.values())
