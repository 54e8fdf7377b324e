"""The mark of restored data: sending messages stays paused until it is released.

Messages that the backup still shows as unsent may have been sent since. The fact is a file beside the
database, so that it holds for a backup of any age, whatever its schema.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from crm.db.durable_files import sync_folder, write_durably


@dataclass(frozen=True, slots=True)
class Restored:
    """From which backup, when that was made, and when it was restored."""

    backup: str
    made_at: str
    restored_at: str


def restored_path(database: Path) -> Path:
    return database.with_name(database.name + ".restored")


def load_restored(database: Path) -> Restored | None:
    """None while sending is allowed. A damaged marker pauses like an intact one."""
    try:
        return Restored(**orjson.loads(restored_path(database).read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Restored("", "", "")


def mark_restored(database: Path, restored: Restored) -> None:
    write_durably(restored_path(database), orjson.dumps(asdict(restored)))


def release_restored(database: Path) -> None:
    """Let messages be sent again."""
    restored_path(database).unlink(missing_ok=True)
    sync_folder(database.parent)
