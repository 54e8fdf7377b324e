"""The worker's heartbeat: a small file beside the database that any process can read."""

from contextlib import suppress
from pathlib import Path

from crm import clock

STALE_SECONDS = 60.0


def heartbeat_path(database: Path) -> Path:
    return database.with_name(database.name + ".worker")


def beat(database: Path) -> None:
    """It need not be durable: after a power cut the worker does not run either.

    On a full disk the earlier sign is written over, which takes no space. Where that fails, too, the sign
    grows old: the worker, which has to tell of the full disk, does not end by it.
    """
    target, sign = heartbeat_path(database), clock.timestamp()
    draft = target.with_name(target.name + ".new")
    try:
        draft.write_text(sign, encoding="ascii")
        draft.replace(target)
    except OSError:
        with suppress(OSError), target.open("r+", encoding="ascii") as earlier:
            earlier.write(sign)
            earlier.truncate()


def is_beating(database: Path) -> bool:
    """Whether the worker gave a sign of life within the last minute."""
    try:
        seen = clock.from_text(heartbeat_path(database).read_text(encoding="ascii"))
        age = (clock.now() - seen).total_seconds()
    except (OSError, ValueError, TypeError):
        return False
    # In both directions: after the clock was set back an old sign must not look fresh for long.
    return abs(age) <= STALE_SECONDS
