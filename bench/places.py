"""Appliances of the bench: data in folders of their own, servers on free ports of the loopback."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import apsw
import orjson

from bench.leads import BOARD_LEADS, fill_with_leads
from bench.tasks import fill_with_tasks

EMAIL = "bench@example.org"
START_SECONDS = 60.0
FILL_SECONDS = 1800.0
SIZES: Mapping[str, int] = {"few": 10_000, "some": 100_000, "many": 1_000_000}


class Place:
    """A folder with a database, and the variables that make `crm` use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "crm.db"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def environment(self) -> dict[str, str]:
        return {
            **kept_surroundings(),
            "SQLITE_PATH": str(self.database),
            "UPLOAD_FOLDER": str(self.folder / "uploads"),
            "BACKUP_DIR": str(self.folder / "backups"),
            "PORT": str(self.port),
            "RATE_LIMIT": "1000000000 per 15 minutes",
            "LOG_LEVEL": "WARNING",
        }

    def get(self, path: str, token: str) -> Any:
        """What its server answers, decoded."""
        asked = Request(f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {token}"})
        with urlopen(asked, timeout=30) as answer:  # noqa: S310
            return orjson.loads(answer.read())

    def count(self, table: str) -> int:
        """How many rows its database has there, while its server runs."""
        return count_rows(self.database, table)

    def crm(self, *arguments: str, given: str = "") -> str:
        command = [sys.executable, "-m", "crm", *arguments]
        done = subprocess.run(  # noqa: S603
            command,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=FILL_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")
        return done.stdout.strip()


def kept_surroundings() -> dict[str, str]:
    """Those of this process, but Python keeps what it compiles, as an installation does."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def count_rows(database: Path, table: str) -> int:
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.set_busy_timeout(5_000)
        return int(str(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]))
    finally:
        connection.close()


@dataclass
class Places:
    """The filled workspaces of a run, each made when it is asked for; `data` keeps them for the next."""

    data: Path
    scratch: Path
    sizes: Mapping[str, int] = field(default_factory=lambda: SIZES)

    @cached_property
    def few(self) -> Place:
        return self._filled("few", self.sizes["few"])

    @cached_property
    def some(self) -> Place:
        """With as many leads as a board of 10,000 open ones needs."""
        return self._filled("some", BOARD_LEADS)

    @cached_property
    def many(self) -> Place:
        return self._filled("many", self.sizes["many"])

    @cached_property
    def served(self) -> Place:
        """A copy of `some`, to be written to."""
        return copied_place(self.some, self.scratch / "served")

    def _filled(self, name: str, leads: int) -> Place:
        print(f"{self.sizes[name]:,} clients …", flush=True)  # noqa: T201
        place = filled_place(self.data / name, self.sizes[name])
        fill_with_leads(place.database, leads)
        fill_with_tasks(place.database, leads)
        return place


def filled_place(folder: Path, clients: int) -> Place:
    """A workspace with that many demo clients; one that was made before is used again."""
    place = Place(folder)
    if not (folder / "filled").exists():
        shutil.rmtree(folder, ignore_errors=True)
        who = ("--workspace", "Bench", "--email", EMAIL, "--name", "Bench", "--password-stdin")
        place.crm("setup", *who, given="correct horse battery staple\n")
        kinds = "leads quotes products vehicles deals invoices tasks conversations campaigns touches"
        none = (part for each in kinds.split() for part in (f"--{each}", "0"))
        place.crm("demo", "--clients", str(clients), *none)
        (folder / "filled").touch()
    return place


def copied_place(original: Place, folder: Path) -> Place:
    """A copy of a place that nothing runs on."""
    place = Place(folder)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original.folder, folder)
    return place


@contextmanager
def running(
    place: Place, module: str, *arguments: str, **variables: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A program on the place, until it answers on its port; stopped at the end."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
        env={**place.environment, **variables},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(place.port, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")
