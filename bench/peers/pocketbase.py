"""PocketBase: built from its module by Go's own tool, and filled with the clients of a place."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import apsw
import orjson

from bench.peers.schema import COLLECTIONS, FILL, STAGES
from bench.places import START_SECONDS, Place, count_rows

MODULE = Path(__file__).parent / "go"
GO_PLACES = ("/usr/local/go/bin", "/usr/lib/go/bin")
BUILD_SECONDS = 1_200.0
ADMIN, USER, PASSWORD = "admin@example.org", "bench@example.org", "correct horse battery"
STAGE = "s00000000000001"


class NotBuilt(RuntimeError):
    """There is no Go here, or it could not build it."""


def build(folder: Path) -> Path:
    """The program, at the version that the module names. Raises NotBuilt."""
    go = shutil.which("go", path=os.pathsep.join([os.environ.get("PATH", ""), *GO_PLACES]))
    if go is None:
        raise NotBuilt("there is no Go on this machine, so that PocketBase cannot be built")
    program = folder / "pocketbase"
    built = subprocess.run(  # noqa: S603
        [go, "build", "-trimpath", "-o", str(program), "."],
        cwd=MODULE,
        env={**os.environ, "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    if built.returncode:
        raise NotBuilt(f"PocketBase could not be built: {built.stderr.strip().splitlines()[-1]}")
    return program


class PocketBase:
    """One server in a folder of its own; `synchronous` is a setting of SQLite, by default NORMAL."""

    def __init__(self, program: Path, folder: Path, synchronous: str) -> None:
        self.synchronous = synchronous
        self.database = folder / "data.db"
        self.token = ""
        self._program, self._folder = program, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def fill(self, place: Place) -> None:
        """With the same clients, under ids that follow from theirs."""
        self._command("superuser", "upsert", ADMIN, PASSWORD)
        with self.running():
            admin = self._log_in("_superusers", ADMIN)
            for collection in COLLECTIONS:
                self.ask("POST", "/api/collections", collection, admin)
            user = {"email": USER, "password": PASSWORD, "passwordConfirm": PASSWORD}
            self.ask("POST", "/api/collections/users/records", user, admin)
            self.ask("POST", f"/api/collections/{STAGES}/records", {"id": STAGE, "name": "New"}, admin)
        connection = apsw.Connection(str(self.database))
        connection.execute("ATTACH ? AS ours", (str(place.database),))
        connection.execute("BEGIN; " + FILL + "; COMMIT; ANALYZE")
        connection.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        process = subprocess.Popen(  # noqa: S603
            [str(self._program), "serve", "--http", f"127.0.0.1:{self.port}", "--dir", str(self._folder)],
            env={**os.environ, "BENCH_SYNCHRONOUS": self.synchronous},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._await(process)
            yield
        finally:
            process.terminate()
            process.wait(60)

    def log_in(self) -> None:
        self.token = self._log_in("users", USER)

    def ask(self, method: str, path: str, given: object = None, token: str = "") -> Any:
        asked = Request(
            f"http://127.0.0.1:{self.port}{path}",
            None if given is None else orjson.dumps(given),
            {"Content-Type": "application/json", "Authorization": token or self.token},
            method=method,
        )
        with urlopen(asked, timeout=30) as answer:  # noqa: S310
            return orjson.loads(answer.read())

    def count(self, table: str) -> int:
        return count_rows(self.database, table)

    def _log_in(self, collection: str, who: str) -> str:
        given = {"identity": who, "password": PASSWORD}
        return str(self.ask("POST", f"/api/collections/{collection}/auth-with-password", given)["token"])

    def _command(self, *arguments: str) -> None:
        subprocess.run(  # noqa: S603
            [str(self._program), *arguments, "--dir", str(self._folder)],
            env={**os.environ, "BENCH_SYNCHRONOUS": self.synchronous},
            stdout=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )

    def _await(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.ask("GET", "/api/health")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PocketBase did not start")
