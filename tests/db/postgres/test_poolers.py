"""PgBouncer in transaction mode may be between: transactions change places on few connections."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from crm.activity.chain import verify_chain
from crm.clients.client import get_client
from crm.clients.clients import change_client
from crm.clients.fields import PatchedClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.db.database import Database
from crm.db.failures import IntegrityConflict
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.engines import TestCluster
from tests.support.pooler import CONNECTIONS, pooled, pooler_program
from tests.support.threads import run_in_threads

TIMES = 10
"""Of the same statements on one connection: the driver prepares them after five."""
WRITERS = 2 * CONNECTIONS
FAILING = "INSERT INTO alert_settings (id, zone, thresholds, version) VALUES (2, '', '', 1)"


@pytest.fixture
def db(prepared: Settings, postgres: TestCluster) -> Iterator[Database]:
    if pooler_program() is None:
        pytest.skip("PgBouncer is missing. On Debian: apt-get install pgbouncer")
    assert prepared.database_url is not None
    name = urlsplit(prepared.database_url.get_secret_value()).path
    with pooled(postgres.socket) as place:
        there = SecretStr(f"postgresql://postgres@{name}?{place}")
        database = open_database(prepared.model_copy(update={"database_url": there}))
        yield database
        database.close()


def test_changes_reads_parts_and_plans_are_as_without_a_pooler(db: Database) -> None:
    cast = gather_cast(db)
    client = add_client(db, cast.owner, name="0")

    def change(tx: Transaction) -> None:
        with pytest.raises(IntegrityConflict), tx.savepoint():
            tx.run(FAILING)
        name = int(get_client(tx, client.id).name) + 1
        change_client(tx, client.id, parse_fields(PatchedClient, {"name": str(name)}))

    def work(_: int) -> None:
        for _time in range(TIMES):
            db.write(change, cast.owner)
            assert db.read(list_clients, cast.owner, ClientFilter(q="1"), limit=9) is not None
            assert db.engine.explain("SELECT c.id FROM clients c WHERE c.notes = :notes") is not None

    run_in_threads(work, WRITERS)
    assert db.read(get_client, cast.owner, client.id).name == str(WRITERS * TIMES)
    assert db.read(lambda tx: tx.value("SHOW enable_seqscan"), cast.owner) == "on"
    assert db.read(verify_chain, cast.owner).broken_at is None
