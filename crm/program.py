"""Which version runs, and whether the one on the disk is still the same.

What a running server has not read yet, it would read from the new one: so templates are read at the start,
and no process is started again beside others of another version. It imports little, like the supervisor.
"""

import hashlib
import os
import time
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
STARTED_AS = "HOLDFAST_PROGRAM"  # the variable by which children know what was started
LOOK_AGAIN_SECONDS = 30.0
SUFFIXES = frozenset({".py", ".sql", ".html", ".css", ".js", ".svg", ".txt"})
LOCK = PACKAGE.parent / "requirements.lock"


def fingerprint(package: Path = PACKAGE, lock: Path = LOCK) -> str:
    """Of all files that make the program, by their contents; "" while they are being replaced."""
    total = hashlib.sha256()
    try:
        for path in [*_files(package), *([lock] if lock.exists() else [])]:
            total.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    except OSError:
        return ""
    return total.hexdigest()[:16]


def _files(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.suffix in SUFFIXES and path.is_file())


class Watch:
    """Compares what was started with what is on the disk, now and then."""

    def __init__(self) -> None:
        self._due = 0.0
        self._times: list[tuple[int, int]] = []
        self._changed = False

    def changed(self) -> bool:
        if os.environ.get(STARTED_AS) and time.monotonic() >= self._due:
            self._due = time.monotonic() + LOOK_AGAIN_SECONDS
            self._look()
        return self._changed

    def _look(self) -> None:
        """The contents are read only where times or sizes are others than at the last look."""
        try:
            found = [path.stat() for path in (*_files(PACKAGE), LOCK)]
        except OSError:
            return
        times = [(status.st_mtime_ns, status.st_size) for status in found]
        if times != self._times:
            self._times = times
            self._changed = fingerprint() != os.environ.get(STARTED_AS)


_watch = Watch()


def has_changed() -> bool:
    """Whether another version is on the disk than the one that was started; known half a minute later."""
    return _watch.changed()
