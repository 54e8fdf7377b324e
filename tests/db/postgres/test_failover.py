"""The primary is killed under load and its replica promoted: what was acknowledged, and what may be lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.postgres.failures import NotConfirmed
from crm.db.postgres.startup import prepare
from crm.errors import Busy
from crm.kinds import open_database
from tests.support.appliance import wait_until
from tests.support.cast import Cast, gather_cast
from tests.support.clients import add_client
from tests.support.postgres import PrivateServer, program
from tests.support.threads import join_all

WRITERS, BETWEEN, UNSENT = 4, 20, 5
SYNCHRONOUS = b"SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
RECEIVER = b"SELECT pid FROM pg_stat_wal_receiver"


@pytest.fixture
def primary() -> Iterator[PrivateServer]:
    if program("pg_basebackup") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    with PrivateServer.started() as server:
        yield server


class Recorder:
    """Writes from several threads, and notes what was acknowledged; a name is never sent again."""

    def __init__(self, db: Database, cast: Cast) -> None:
        self.names: list[str] = []
        self._db, self._cast = db, cast
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(each,)) for each in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self, writer: int) -> None:
        for number in count():
            if self._over.is_set():
                return
            try:
                add_client(self._db, self._cast.owner, name=f"{writer}-{number}")
            except Busy:
                continue
            self.names.append(f"{writer}-{number}")

    def wait_for_more(self) -> None:
        wanted = len(self.names) + BETWEEN
        wait_until(lambda: len(self.names) >= wanted, 120)

    def end(self) -> list[str]:
        self._over.set()
        join_all(*self._threads)
        return sorted(self.names)


def both(first: PrivateServer, second: PrivateServer) -> SecretStr:
    """The address of whichever of the two takes changes."""
    hosts = ",".join(str(server.socket.parent) for server in (first, second))
    return SecretStr(f"postgresql://postgres@/postgres?host={hosts}&target_session_attrs=read-write")


@contextmanager
def opened(settings: Settings, address: SecretStr) -> Iterator[Database]:
    db = open_database(settings.model_copy(update={"database_url": address}))
    yield db
    db.close()


@contextmanager
def cut_off(replica: PrivateServer) -> Iterator[None]:
    """It gets nothing more from its primary; afterwards it asks again."""
    [(before,)] = ask(replica, b"SHOW primary_conninfo")
    follow(replica, "")
    wait_until(lambda: ask(replica, RECEIVER) == [], 60)
    yield
    follow(replica, str(before))


def follow(replica: PrivateServer, where: str) -> None:
    with psycopg.connect(replica.address, autocommit=True) as there:
        there.execute(sql.SQL("ALTER SYSTEM SET primary_conninfo = {}").format(where))
        there.execute(b"SELECT pg_reload_conf()")


def ask(server: PrivateServer, statement: bytes) -> list[tuple[object, ...]]:
    with psycopg.connect(server.address, autocommit=True) as there:
        found = there.execute(statement)
        return found.fetchall() if found.description else []


def wait_for_synchronous(server: PrivateServer) -> None:
    ask(server, b"ALTER SYSTEM SET synchronous_standby_names = '*'")
    ask(server, b"SELECT pg_reload_conf()")
    wait_until(lambda: ask(server, SYNCHRONOUS) == [(1,)], 60)


def names_of(db: Database, cast: Cast) -> list[str]:
    sql = "SELECT name FROM clients WHERE workspace_id = :workspace_id ORDER BY name"
    return db.read(lambda tx: [str(name) for (name,) in tx.tuples(sql)], cast.owner)


@pytest.mark.timeout(600)
def test_a_synchronous_failover_loses_nothing_and_another_what_was_not_sent(
    settings: Settings, primary: PrivateServer
) -> None:
    prepare(settings.model_copy(update={"database_url": SecretStr(primary.url_of("postgres"))}))
    with primary.replica() as replica:
        wait_for_synchronous(primary)
        with opened(settings, both(primary, replica)) as db:
            cast = gather_cast(db)
            recorder = Recorder(db, cast)
            recorder.wait_for_more()
            primary.stop("immediate")
            replica.promote()
            recorder.wait_for_more()
            acknowledged = recorder.end()
            kept = names_of(db, cast)
            assert set(acknowledged) <= set(kept)
            assert len(kept) == len(set(kept))
            assert db.read(verify_chain, cast.owner).broken_at is None
        with replica.replica() as next_one, opened(settings, both(replica, next_one)) as db:
            wait_until(lambda: ask(next_one, RECEIVER) != [], 60)
            add_client(db, cast.owner, name="sent")
            wait_until(lambda: "sent" in names_at(next_one), 60)
            with cut_off(next_one):
                unsent = [f"unsent {number}" for number in range(UNSENT)]
                for name in unsent:
                    add_client(db, cast.owner, name=name)
                replica.stop("immediate")
            next_one.promote()
            wait_until(lambda: db.read(lambda tx: tx.value("SELECT 1"), SYSTEM) == 1, 60)
            assert set(kept) | {"sent"} == set(names_of(db, cast))
            assert db.read(verify_chain, cast.owner).broken_at is None
            add_client(db, cast.owner, name="next")


def names_at(server: PrivateServer) -> set[object]:
    return {name for (name,) in ask(server, b"SELECT name FROM clients")}


@pytest.mark.timeout(300)
def test_what_no_synchronous_replica_has_is_not_said_to_be_saved(
    settings: Settings, primary: PrivateServer
) -> None:
    """The server ends such a COMMIT at its time-out, with a warning and no error."""
    chosen = settings.model_copy(update={"db_statement_timeout": 1_000})
    address = SecretStr(primary.url_of("postgres"))
    prepare(chosen.model_copy(update={"database_url": address}))
    with primary.replica() as replica, opened(chosen, address) as db:
        cast = gather_cast(db)
        wait_for_synchronous(primary)
        with cut_off(replica), pytest.raises(NotConfirmed, match="may be saved or not"):
            add_client(db, cast.owner, name="On one machine")
        add_client(db, cast.owner, name="On both")
        wait_until(lambda: {"On one machine", "On both"} <= names_at(replica), 60)
