"""Restoring the server that the settings describe."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.appliance.contents import inspect
from crm.config import Settings
from crm.db.backup.comparing import Difference, compare
from crm.db.backup.manifest import Manifest
from crm.db.backup.places import DATABASE, Places
from crm.db.backup.report import BackupFailed, Report
from crm.db.backup.restoring import replace_live, restore_elsewhere
from crm.db.backup.shelf import find_backup
from crm.db.backup.verifying import verify_backup
from crm.db.file_stores.store import StoreAway
from crm.when_used import WhenUsed

server: Any = WhenUsed("crm.db.moving.server_restoring")


@dataclass(frozen=True, slots=True)
class Intent:
    """A verified backup, and how the data in use differs from it; None when that cannot be read."""

    folder: Path
    manifest: Manifest
    live_exists: bool
    differences: list[Difference] | None


def examine(settings: Settings, given: str, report: Report) -> Intent:
    """Verify the backup and find out what restoring it would lose. Nothing is changed."""
    folder = find_backup(settings.backup_dir, given)
    manifest = verify_backup(folder, inspect, report)
    if settings.database_url is not None:
        return Intent(folder, manifest, live_exists=False, differences=[])
    live = settings.sqlite_path
    return Intent(folder, manifest, live.exists(), compare(live, folder / DATABASE) if live.exists() else [])


def restore(settings: Settings, intent: Intent, report: Report) -> list[Path]:
    """Put the backup in place of the data in use; returns where that is now."""
    try:
        if settings.database_url is not None:
            kept: list[Path] = server.restore_to_server(
                settings, intent.folder, intent.manifest, inspect, report
            )
            return kept
        return replace_live(intent.folder, intent.manifest, Places.of(settings), inspect, report)
    except StoreAway as away:
        raise BackupFailed(f"The store of files at {away.address} does not answer: {away.reason}.") from away


def restore_beside(intent: Intent, target: Path, report: Report) -> Places:
    """Put the backup into a folder of its own."""
    return restore_elsewhere(intent.folder, intent.manifest, target, inspect, report)
