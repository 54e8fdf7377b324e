"""What was acknowledged outlives the end of the server's processes at any moment, and is there once."""

import threading
from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from pydantic import SecretStr

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.postgres.startup import prepare
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict
from crm.kinds import open_database
from tests.support.cast import Cast, gather_cast
from tests.support.clients import add_client
from tests.support.postgres import PrivateServer, program
from tests.support.threads import join_all

pytestmark = pytest.mark.serial  # loads the machine
WRITERS = 4
STOPS = 3
KILLS = 6
BETWEEN = 15
"""Changes that are acknowledged before the next stroke."""


@pytest.fixture
def server() -> Iterator[PrivateServer]:
    """A server that waits for its disk."""
    if program("initdb") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    with PrivateServer.started(options="") as started:
        yield started


@pytest.fixture
def db(settings: Settings, server: PrivateServer) -> Iterator[Database]:
    chosen = settings.model_copy(update={"database_url": SecretStr(server.url_of("postgres"))})
    prepare(chosen)
    database = open_database(chosen)
    yield database
    database.close()


class Recorder:
    """Writes clients without end, and notes the name of each that was acknowledged."""

    def __init__(self, db: Database, cast: Cast) -> None:
        self.acknowledged: list[str] = []
        self._db, self._cast = db, cast
        self._over = threading.Event()
        self._reached = threading.Condition()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self, number: int) -> None:
        who = self._cast.owner if number % 2 else self._cast.outsider
        made = 0
        while not self._over.is_set():
            made += 1
            name = f"{number}-{made}"
            try:
                add_client(self._db, who, name=name)
            except (Busy, Conflict):
                continue  # refused, or not confirmed: it may be there or not
            with self._reached:
                self.acknowledged.append(name)
                self._reached.notify_all()

    def wait_for(self, more: int) -> None:
        with self._reached:
            wanted = len(self.acknowledged) + more
            assert self._reached.wait_for(lambda: len(self.acknowledged) >= wanted, 60)

    def end(self) -> None:
        self._over.set()
        join_all(*self._threads)


def test_what_was_acknowledged_is_there_once_after_each_stop_and_kill(
    db: Database, server: PrivateServer
) -> None:
    cast, chance = gather_cast(db), Random(7)
    recorder = Recorder(db, cast)
    try:
        for _ in range(STOPS):
            recorder.wait_for(BETWEEN)
            server.stop("immediate")
            server.start()
        for _ in range(KILLS):
            recorder.wait_for(BETWEEN)
            kill_one(server, chance)
        recorder.wait_for(BETWEEN)
    finally:
        recorder.end()
    found = [name for who in (cast.owner, cast.outsider) for name in names(db, who)]
    assert len(found) == len(set(found))
    assert set(recorder.acknowledged) - set(found) == set()
    for who in (cast.owner, cast.outsider):
        assert db.read(verify_chain, who).broken_at is None


def kill_one(server: PrivateServer, chance: Random) -> None:
    """`kill -9` of one of the server's own processes: it ends all others, and recovers."""
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        rows = connection.execute(
            b"SELECT pid FROM pg_stat_activity WHERE application_name = 'holdfast'"
        ).fetchall()
    if rows:
        server.kill(int(str(chance.choice(rows)[0])))


def names(db: Database, who: Actor) -> list[str]:
    def read(tx: Transaction) -> list[str]:
        return [row["name"] for row in tx.all("SELECT name FROM clients WHERE workspace_id = :workspace_id")]

    return db.read(read, who)
