"""A PostgreSQL of one's own, and our SQL as it takes it: translated by rule, nothing by hand."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from crm.db.migrations import load_migrations
from crm.db.postgres.migrations import RECORDS
from crm.db.postgres.schema import blueprint, statements_of
from crm.db.postgres.wording import PARAMETER, QUOTED, by_rule

OWNER = "postgres"
SECONDS = 60
QUICK = "-c fsync=off -c full_page_writes=off -c max_connections=200"
CLUSTER = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
BASE = ("-c", "fast", "-X", "stream")
MATCH = re.compile(r"\b(\w+_search) MATCH (:\w+)")


def program(name: str) -> Path | None:
    """Debian keeps PostgreSQL's programs out of the way; the newest counts."""
    homes = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name)
    return homes[-1] if homes else Path(found) if found else None


class PrivateServer:
    """A new cluster on a socket in a folder of its own."""

    def __init__(self, folder: Path, options: str) -> None:
        self._folder, self.data = folder, folder / "data"
        self._options = f"-c listen_addresses='' -c unix_socket_directories={folder} {options}"
        self.address = f"host={folder} user={OWNER} dbname=postgres connect_timeout={SECONDS}"

    @classmethod
    @contextmanager
    def started(cls, options: str = QUICK) -> Iterator["PrivateServer"]:
        with cls._made(options, "initdb", *CLUSTER) as made:
            yield made

    @contextmanager
    def replica(self, options: str = QUICK) -> Iterator["PrivateServer"]:
        """One that streams from this server, of a base that is made now."""
        with self._made(options, "pg_basebackup", "-d", self.url_of("postgres"), "-R", *BASE) as made:
            yield made

    @classmethod
    @contextmanager
    def _made(cls, options: str, by: str, *given: str) -> Iterator["PrivateServer"]:
        """In a folder whose data the program makes; stopped and removed after."""
        maker = program(by)
        assert maker is not None
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        try:
            give_away(folder)
            made = cls(folder, options)
            run_as_owner(folder, maker, "-D", made.data, *given)
            made.start()
            try:
                yield made
            finally:
                if made.runs:
                    made.stop("immediate")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def runs(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def promote(self) -> None:
        """Make a primary of a replica."""
        self._control("promote")

    def url_of(self, database: str) -> str:
        return f"postgresql://{OWNER}@/{database}?host={self._folder}"

    @property
    def socket(self) -> Path:
        return self._folder / ".s.PGSQL.5432"

    def own(self, path: Path, mode: int) -> None:
        """Give it to whoever the server runs as."""
        path.chmod(mode)
        give_away(path)

    def start(self) -> None:
        self._control("-l", self._folder / "log", "-o", self._options, "start")

    def stop(self, mode: str) -> None:
        self._control("-m", mode, "stop")

    def go_on_with(self, data: Path) -> None:
        """Start with another folder of data."""
        self.data = data
        self.start()

    def kill(self, pid: int) -> None:
        """`kill -9`, of a process of this server."""
        run_as_owner(self._folder, Path("/bin/kill"), "-9", str(pid))

    def _control(self, *command: str | Path) -> None:
        server = program("pg_ctl")
        assert server is not None
        run_as_owner(self._folder, server, "-D", self.data, "-w", "-t", str(SECONDS), *command)


@contextmanager
def cluster() -> Iterator[str]:
    """How to connect to a new one, which is quick rather than safe."""
    with PrivateServer.started() as server:
        yield server.address


def give_away(folder: Path) -> None:
    """The server refuses to run as root."""
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, OWNER)


def run_as_owner(folder: Path, *command: str | Path) -> None:
    owner = OWNER if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder, timeout=2 * SECONDS, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, check=False,
        user=owner, group=owner, extra_groups=[] if owner else None,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def build_schema(there: "psycopg.Connection[tuple[object, ...]]") -> None:
    """The tables as the engine builds them."""
    plan = blueprint(load_migrations())
    for statement in statements_of(plan):
        there.execute(statement.encode())
    plan.close()
    there.execute(RECORDS)


def translated(sql: str) -> str:
    """With numbered parameters, of which each name is one."""
    sql = by_rule(MATCH.sub(r"s.grams @@ CAST(\2 AS tsquery)", sql))
    kept: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\x00{len(kept) - 1}\x00"

    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match.group(1) not in names:
            names.append(match.group(1))
        return f"${names.index(match.group(1)) + 1}"

    numbered = PARAMETER.sub(number, QUOTED.sub(put_aside, sql))
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match.group(1))], numbered)


def refusal_of(there: "psycopg.Connection[tuple[object, ...]]", sql: str) -> str | None:
    """Why the server would not prepare it; None when it did."""
    try:
        there.execute(f"PREPARE tried AS {translated(sql)}")
    except psycopg.Error as error:
        return str(error).partition("\n")[0]
    there.execute("DEALLOCATE tried")
    return None
