"""The parts of a backup."""

from dataclasses import dataclass
from pathlib import Path

from crm.db.backup.places import Places
from crm.db.backup.retention import Retention
from crm.db.backup.sources import Source
from crm.db.backup.verifying import Inspect


@dataclass(frozen=True, slots=True)
class Plan:
    """What to back up, where to, and how long backups are kept."""

    places: Places
    shelf: Path
    retention: Retention
    inspect: Inspect
    source: Source
