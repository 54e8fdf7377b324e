"""What was acknowledged, written down outside the database: each line is on the disk before the next deed."""

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Promises(Protocol):
    def tried(self, name: str, version: int) -> None: ...

    def acknowledged(self, name: str, version: int) -> None: ...


class PromisesOnDisk:
    """The log of one process, shared by its threads."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def tried(self, name: str, version: int) -> None:
        self._write(tried_line(name, version))

    def acknowledged(self, name: str, version: int) -> None:
        self._write(acknowledged_line(name, version))

    def close(self) -> None:
        os.close(self._descriptor)

    def _write(self, line: str) -> None:
        with self._lock:
            os.write(self._descriptor, line.encode())
            os.fdatasync(self._descriptor)


def tried_line(name: str, version: int) -> str:
    return f"tried {name} {version}\n"


def acknowledged_line(name: str, version: int) -> str:
    return f"acknowledged {name} {version} {time.monotonic():.6f}\n"


@dataclass(frozen=True, slots=True)
class Expected:
    """`deeds`: the versions of each that may stand in the database, where 0 stands for none.

    `changes`: how many entries the ledger must have at least, and at most.
    """

    deeds: dict[str, set[int]]
    changes: tuple[int, int]


def expected_from(lines: Iterable[str]) -> Expected:
    """A deed that was tried and neither acknowledged nor refused may be there or not."""
    deeds: dict[str, set[int]] = {}
    tried = acknowledged = 0
    for line in lines:
        word, name, number, *_ = line.split()
        admissible = deeds.setdefault(name, {0})
        if word == "tried":
            tried += 1
            admissible.add(int(number))
        else:
            acknowledged += 1
            deeds[name] = {int(number)}
    return Expected(deeds, (acknowledged, tried))


def read_promises(folder: Path) -> Expected:
    """Of all processes that kept a log in the folder; names belong to one thread of one process."""
    lines: list[str] = []
    for path in sorted(folder.glob("*.log")):
        lines += _lines_before(path, _moment_of_cut(path))
    return expected_from(lines)


def note_cut(folder: Path, round_name: str) -> None:
    """From now on the power of that round is off: what its writers still say counts no more."""
    (folder / f"{round_name}.cut").write_text(str(time.monotonic()))


def was_cut(folder: Path, process_name: str) -> bool:
    return (folder / f"{process_name.partition('p')[0]}.cut").exists()


def _moment_of_cut(log: Path) -> float:
    if not was_cut(log.parent, log.stem):
        return float("inf")
    return float((log.parent / f"{log.stem.partition('p')[0]}.cut").read_text())


def _lines_before(log: Path, cut: float) -> list[str]:
    """The last line is torn where the kill met it; an acknowledgement after the cut is none."""
    whole = [line for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [line for line in whole if line.startswith("tried") or float(line.split()[3]) < cut]
