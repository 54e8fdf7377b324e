"""The worker's heartbeat: a small file beside the database that any process can read."""

from pathlib import Path

from crm import clock

STALE_SECONDS = 60.0


def heartbeat_path(database: Path) -> Path:
    return database.with_name(database.name + ".worker")


def beat(database: Path) -> None:
    """It need not be durable: after a power cut the worker does not run either."""
    target = heartbeat_path(database)
    draft = target.with_name(target.name + ".new")
    draft.write_text(clock.timestamp(), encoding="ascii")
    draft.replace(target)


def is_beating(database: Path) -> bool:
    """Whether the worker gave a sign of life within the last minute."""
    try:
        seen = clock.from_text(heartbeat_path(database).read_text(encoding="ascii"))
        age = (clock.now() - seen).total_seconds()
    except (OSError, ValueError, TypeError):
        return False
    # In both directions: after the clock was set back an old sign must not look fresh for long.
    return abs(age) <= STALE_SECONDS
