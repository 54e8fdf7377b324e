"""Backups of the appliance that the settings describe."""

from pathlib import Path

from crm.appliance.contents import inspect
from crm.config import Settings
from crm.db.backup.making import Plan, make_backup
from crm.db.backup.manifest import Manifest
from crm.db.backup.places import Places
from crm.db.backup.report import Report
from crm.db.backup.retention import Retention
from crm.db.backup.shelf import find_backup
from crm.db.backup.verifying import verify_backup


def back_up(settings: Settings, report: Report) -> Path:
    """The folder of the new backup."""
    retention = Retention(
        settings.backup_retention_days, settings.backup_keep_weekly, settings.backup_keep_monthly
    )
    return make_backup(Plan(Places.of(settings), settings.backup_dir, retention, inspect), report)


def verify_named(settings: Settings, given: str, report: Report) -> Manifest:
    """`given` is a backup's name or path."""
    return verify_backup(find_backup(settings.backup_dir, given), inspect, report)
