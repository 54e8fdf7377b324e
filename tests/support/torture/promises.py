"""What was acknowledged, written down outside the database: each line is on the disk before the next deed."""

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
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
    return f"acknowledged {name} {version}\n"


@dataclass(slots=True)
class Expectation:
    """The versions of one deed that may stand in the database; 0 stands for none."""

    admissible: set[int]
    history: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Expected:
    """`changes`: how many entries the ledger must have at least, and at most."""

    deeds: dict[str, Expectation]
    changes: tuple[int, int]


def expected_from(lines: Iterable[str]) -> Expected:
    """A deed that was tried and neither acknowledged nor refused may be there or not."""
    deeds: dict[str, Expectation] = {}
    tried = acknowledged = 0
    for line in lines:
        if not line.endswith("\n"):  # torn by the kill, and so the last of its log
            continue
        word, name, number = line.split()
        version = int(number)
        deed = deeds.setdefault(name, Expectation({0}))
        if word == "tried":
            tried += 1
            deed.admissible.add(version)
        else:
            acknowledged += 1
            deed.admissible = {version}
    return Expected(deeds, (acknowledged, tried))


def read_promises(folder: Path) -> Expected:
    """Of all processes that kept a log in the folder; names belong to one thread of one process."""
    texts = [path.read_text() for path in sorted(folder.glob("*.log"))]
    return expected_from([line for text in texts for line in text.splitlines(keepends=True)])
