"""The worker's sign of life: a small file beside the database, which any process can read."""

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from crm import clock

STALE_AFTER = 60.0
LONGEST_TASK = 3 * 3600.0


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`at` is in seconds since the epoch; `task` is what runs just now, empty between tasks."""

    at: float
    task: str

    @property
    def alive(self) -> bool:
        # In both directions: a clock that was set back must not make an old sign look fresh for long.
        return abs(clock.now().timestamp() - self.at) < (LONGEST_TASK if self.task else STALE_AFTER)


def heartbeat_path(database: Path) -> Path:
    return database.with_name(database.name + ".worker")


def beat(database: Path, task: str) -> None:
    """Not made durable: after a power cut the worker is not alive either."""
    target = heartbeat_path(database)
    draft = target.with_name(target.name + ".new")
    draft.write_bytes(orjson.dumps(asdict(Heartbeat(clock.now().timestamp(), task))))
    draft.replace(target)


def last_heartbeat(database: Path) -> Heartbeat | None:
    """None before the worker's first start."""
    try:
        return Heartbeat(**orjson.loads(heartbeat_path(database).read_bytes()))
    except FileNotFoundError:
        return None
