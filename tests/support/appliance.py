"""A real appliance in processes of its own, on a folder and a port of its own."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx2

from crm.config import PROJECT_ROOT
from tests.support.surroundings import surroundings

READY = "Holdfast is ready"
START_SECONDS = 60.0


def _ports() -> Iterator[int]:
    """Of this worker of the run alone, and none that the system gives to connections: what started late on a
    port that another had taken meanwhile was answered by that one.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw3").removeprefix("gw")
    first = 12_000 + 5_000 * (int(worker) % 4)
    start = random.randrange(5_000)
    return (first + (start + each) % 5_000 for each in count())


PORTS = _ports()


def free_port() -> int:
    for port in islice(PORTS, 5_000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def wait_until(met: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        if time.monotonic() > deadline:
            raise AssertionError(f"not met within {seconds} s: {met}")
        time.sleep(0.02)


class Appliance:
    """`crm serve` on `folder`; further settings go by their variables. `output` is all that it printed."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.program = PROJECT_ROOT
        self.arguments = [sys.executable, "-m", "crm", "serve"]
        self.variables = {
            "SQLITE_PATH": str(folder / "data" / "crm.db"),
            "UPLOAD_FOLDER": str(folder / "uploads"),
            "BACKUP_DIR": str(folder / "backups"),
            "PORT": str(self.port),
            **variables,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def crm(self, *arguments: str, given: str = "") -> str:
        """What a `crm` command prints on this appliance's data; `given` is its standard input."""
        done = subprocess.run(
            [sys.executable, "-m", "crm", *arguments],
            cwd=self.program,
            env=self._environment(),
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def set_up(self) -> str:
        """A workspace with its owner; returns a token that may write."""
        who = ("--workspace", "Workshop", "--email", "owner@example.org", "--name", "Owner")
        self.crm("setup", *who, "--password-stdin", given="correct horse battery staple\n")
        return self.crm(
            "token", "create", "--user", "owner@example.org", "--name", "test", "--scope", "write"
        )

    def launch(self) -> Self:
        self.output = ""
        self.process = subprocess.Popen(
            self.arguments,
            cwd=self.program,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._collect, args=(self.process.stdout,), daemon=True)
        self._reader.start()
        return self

    def start(self) -> Self:
        """Launch, and wait until it says that it is ready."""
        self.launch()
        wait_until(lambda: READY in self.output or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.output
        return self

    def start_writing_to(self, descriptor: int) -> Self:
        """With nothing of it to be read; ready as soon as it answers."""
        self.output = ""
        self._reader = threading.Thread(target=str)
        self._reader.start()
        self.process = subprocess.Popen(
            self.arguments,
            cwd=self.program,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            text=True,
        )
        wait_until(self.answers, START_SECONDS)
        return self

    def answers(self) -> bool:
        assert self.process.poll() is None, self.process.returncode
        try:
            with self.client() as client:
                return client.get("/api/health").status_code == 200
        except httpx2.TransportError:
            return False

    def client(self, **options: object) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=15, **options)  # type: ignore[arg-type]

    def children(self) -> dict[str, int]:
        """The process ids of the running children: `crm.web.server`, `crm.worker`."""
        return {module_of(pid): pid for pid in child_pids(self.process.pid)}

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = 40.0) -> int:
        status = self.process.wait(seconds)
        self._reader.join(seconds)
        return status

    def stop(self) -> int:
        self.signal()
        return self.wait()

    def kill(self) -> None:
        """The power switch: every process at once."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.kill()

    def _environment(self) -> dict[str, str]:
        return surroundings(PYTHONUNBUFFERED="1", **self.variables)

    def _collect(self, stream: IO[str]) -> None:
        for line in stream:
            self.output += line
        stream.close()


def child_pids(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def descendants(pid: int) -> list[int]:
    found = child_pids(pid)
    return [*found, *(below for child in found for below in descendants(child))]


def module_of(pid: int) -> str:
    """The module that a process of ours runs, by which it is named; "" once it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def proportional_memory(pid: int) -> int:
    """Bytes, with shared pages counted in equal parts."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
