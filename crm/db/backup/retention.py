"""Which backups are kept: all of the last days, one a week, one a month, and the last good one."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crm.db.backup.shelf import CHECKS, DRAFT_PREFIX, Backup, list_backups
from crm.db.backup.uploads import remove_folder
from crm.db.durable_files import sync_folder
from crm.db.instance import Instance


@dataclass(frozen=True, slots=True)
class Retention:
    days: int
    weeks: int
    months: int


def surplus(backups: list[Backup], retention: Retention, now: datetime) -> list[Backup]:
    """The backups to remove. One that is not good is kept for its days, but counts for no week or month."""
    good = sorted((backup for backup in backups if backup.good), key=_made_at, reverse=True)
    kept = {backup.name for backup in backups if now - backup.made_at <= timedelta(days=retention.days)}
    kept |= {backup.name for backup in good[:1]}
    kept |= _newest_of_each(good, retention.weeks, lambda backup: backup.made_at.isocalendar()[:2])
    kept |= _newest_of_each(good, retention.months, lambda backup: backup.made_at.isoformat()[:7])
    return [backup for backup in backups if backup.name not in kept]


def remove_surplus(shelf: Path, retention: Retention, now: datetime, instance: Instance | None) -> list[str]:
    """The names of what was removed, of this instance alone. Each loses its name first, so that no half one
    is ever counted.
    """
    gone = surplus([backup for backup in list_backups(shelf) if backup.is_of(instance)], retention, now)
    for backup in gone:
        doomed = shelf / f"{DRAFT_PREFIX}gone-{backup.name}"
        backup.folder.rename(doomed)
        sync_folder(shelf)
        remove_folder(doomed)
        (shelf / CHECKS / f"{backup.name}.json").unlink(missing_ok=True)
    return [backup.name for backup in gone]


def _made_at(backup: Backup) -> datetime:
    return backup.made_at


def _newest_of_each(good: list[Backup], count: int, period: Callable[[Backup], Hashable]) -> set[str]:
    newest: dict[Hashable, str] = {}
    for backup in good:
        newest.setdefault(period(backup), backup.name)
    return set(list(newest.values())[:count])
