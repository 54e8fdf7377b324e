"""Reports on a streaming replica: with all that was acknowledged, without a write, or on the primary."""

from collections.abc import Iterator

import psycopg
import pytest
from pydantic import SecretStr

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.postgres.checks import of_server
from crm.db.postgres.connections import connect
from crm.db.postgres.migrations import bring_up_to_date
from crm.db.refusal import StartRefused
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.kinds import open_database
from crm.monitoring.standing import measure_standing
from tests.support.appliance import wait_until
from tests.support.cast import Cast, gather_cast
from tests.support.clients import add_client
from tests.support.postgres import PrivateServer, program

ON_REPLICA = "SELECT pg_is_in_recovery() AS found"
COUNTED = "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id"


@pytest.fixture(scope="module")
def primary() -> Iterator[PrivateServer]:
    if program("pg_basebackup") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    with PrivateServer.started() as server:
        yield server


@pytest.fixture(scope="module")
def replica(primary: PrivateServer) -> Iterator[PrivateServer]:
    with primary.replica() as server:
        yield server


@pytest.fixture(scope="module")
def template(primary: PrivateServer) -> str:
    """A migrated database; making one takes seconds."""
    with connect(primary.url_of("postgres")) as there:
        there.execute(b"CREATE DATABASE template")
    with connect(primary.url_of("template")) as there:
        bring_up_to_date(there, load_migrations())
    return "template"


@pytest.fixture
def replicated(
    settings: Settings, primary: PrivateServer, replica: PrivateServer, template: str
) -> Iterator[Settings]:
    with psycopg.connect(primary.address, autocommit=True) as there:
        there.execute(b"DROP DATABASE IF EXISTS replicated WITH (FORCE)")
        there.execute(f"CREATE DATABASE replicated TEMPLATE {template}".encode())
    given = {"database_url": primary, "database_replica_urls": replica}
    chosen = settings.model_copy(
        update={name: SecretStr(server.url_of("replicated")) for name, server in given.items()}
    )
    settings.sqlite_path.parent.mkdir()
    yield chosen
    if not replica.runs:
        replica.start()


@pytest.fixture
def db(replicated: Settings) -> Iterator[Database]:
    database = open_database(replicated)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return gather_cast(db)


def asked(tx: Transaction) -> tuple[bool, int]:
    """Whether a replica answers, and what it knows."""
    return bool(tx.value(ON_REPLICA)), int(tx.value(COUNTED))


def on_replica(replica: PrivateServer, statement: bytes) -> None:
    with psycopg.connect(replica.address, autocommit=True) as there:
        there.execute(statement)


def wait_for_replica(db: Database, cast: Cast) -> None:
    wait_until(lambda: db.report(asked, cast.owner)[0], 60)


def test_each_report_has_what_was_acknowledged_before_it(db: Database, cast: Cast) -> None:
    wait_for_replica(db, cast)
    elsewhere = 0
    for number in range(1, 41):
        add_client(db, cast.owner, name=f"Client {number}")
        there, known = db.report(asked, cast.owner)
        assert known == number
        elsewhere += there
    assert elsewhere > 0
    assert db.read(asked, cast.owner) == (False, 40)


def test_one_that_stopped_replaying_is_passed_over_until_it_goes_on(
    db: Database, cast: Cast, replica: PrivateServer, replicated: Settings
) -> None:
    wait_for_replica(db, cast)
    on_replica(replica, b"SELECT pg_wal_replay_pause()")
    try:
        add_client(db, cast.owner, name="Not there yet")
        assert db.report(asked, cast.owner) == (False, 1)
        wait_until(lambda: (db.engine.followers().replicas[0].lag or 0) > 0)
        assert (measure_standing(db, replicated).followers.replicas[0].lag or 0) > 0
    finally:
        on_replica(replica, b"SELECT pg_wal_replay_resume()")
    wait_for_replica(db, cast)
    assert db.report(asked, cast.owner) == (True, 1)


def test_one_that_was_killed_leaves_all_to_the_primary(
    db: Database, cast: Cast, replica: PrivateServer, replicated: Settings
) -> None:
    wait_for_replica(db, cast)
    checks = dict(of_server(replicated))
    assert "follows" in checks["replica 1"]()
    replica.stop("immediate")
    assert db.report(asked, cast.owner) == (False, 0)
    found = db.engine.followers().replicas[0]
    assert found.lag is None and found.reason
    with pytest.raises(StartRefused):
        checks["replica 1"]()
    again = open_database(replicated)
    assert again.report(asked, cast.owner) == (False, 0)
    again.close()
    replica.start()
    wait_for_replica(db, cast)


def test_one_that_dies_within_a_report_costs_no_answer(
    db: Database, cast: Cast, replica: PrivateServer
) -> None:
    wait_for_replica(db, cast)
    asked_on = list[bool]()

    def report(tx: Transaction) -> int:
        asked_on.append(bool(tx.value(ON_REPLICA)))
        if asked_on == [True]:
            replica.stop("immediate")
        return asked(tx)[1]

    assert db.report(report, cast.owner) == 0
    assert asked_on == [True, False]


def test_nothing_is_written_on_a_replica(db: Database, cast: Cast) -> None:
    wait_for_replica(db, cast)

    def report(tx: Transaction) -> None:
        assert asked(tx)[0]
        tx.run("UPDATE clients SET name = 'x' WHERE workspace_id = :workspace_id")

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        db.report(report, cast.owner)
    with pytest.raises(RuntimeError, match="a write inside a read"):
        db.report(lambda tx: db.write(asked, tx.actor), cast.owner)
    assert db.write(asked, cast.owner) == (False, 0)


def test_a_server_that_is_no_replica_of_this_one_is_not_read(
    db: Database, cast: Cast, replicated: Settings, primary: PrivateServer
) -> None:
    """The primary itself, as a replica is after a failover; and another database."""
    for name, reason in (("replicated", "no replica any more"), ("postgres", "of another server")):
        wrong = replicated.model_copy(update={"database_replica_urls": SecretStr(primary.url_of(name))})
        other = open_database(wrong)
        assert other.report(asked, cast.owner) == (False, 0)
        assert reason in other.engine.followers().replicas[0].reason
        other.close()


def test_who_has_no_workspace_is_answered_too(db: Database, cast: Cast) -> None:
    wait_for_replica(db, cast)
    assert db.report(lambda tx: tx.value(ON_REPLICA), SYSTEM)
    with pytest.raises(Busy, match="shutting down"):
        db.close()
        db.report(asked, cast.owner)
