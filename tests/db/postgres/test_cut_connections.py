"""The connection is cut at each step of a change: what was saved is said, or that nobody can say it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from crm.activity.chain import verify_chain
from crm.config import Settings
from crm.db.database import Database
from crm.db.postgres.failures import NotConfirmed
from crm.errors import Busy
from crm.kinds import open_database
from tests.support.cast import Cast, gather_cast
from tests.support.clients import add_client
from tests.support.cutting_proxy import Cut, CuttingProxy
from tests.support.engines import TestCluster


@pytest.fixture
def proxy(postgres: TestCluster) -> Iterator[CuttingProxy]:
    with CuttingProxy.before(postgres.socket) as made:
        yield made


@pytest.fixture
def db(prepared: Settings, proxy: CuttingProxy) -> Iterator[Database]:
    assert prepared.database_url is not None
    name = urlsplit(prepared.database_url.get_secret_value()).path
    there = f"postgresql://postgres@127.0.0.1:{proxy.port}{name}?sslmode=disable&gssencmode=disable"
    database = open_database(prepared.model_copy(update={"database_url": SecretStr(there)}))
    yield database
    database.close()


def is_there(db: Database, cast: Cast, name: str) -> bool:
    sql = "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id AND name = :name"
    found: int = db.read(lambda tx: tx.value(sql, name=name), cast.owner)
    return bool(found)


def test_a_change_whose_commit_was_not_answered_is_not_confirmed(db: Database, proxy: CuttingProxy) -> None:
    cast = gather_cast(db)
    for cut, saved in ((Cut.BEFORE, False), (Cut.ANSWERED, True), (Cut.HALF, True), (Cut.AT_ONCE, None)):
        proxy.arm(b"COMMIT\0", cut)
        with pytest.raises(NotConfirmed, match="may be saved or not"):
            add_client(db, cast.owner, name=cut.name)
        assert saved is None or is_there(db, cast, cut.name) is saved, cut
        add_client(db, cast.owner, name=f"after {cut.name}")
    assert proxy.done == len(Cut)
    assert db.read(verify_chain, cast.owner).broken_at is None


def test_a_change_that_was_cut_before_its_commit_is_said_to_be_unsaved(
    db: Database, proxy: CuttingProxy
) -> None:
    cast = gather_cast(db)
    for cut in Cut:
        proxy.arm(b"INSERT INTO clients", cut)
        with pytest.raises(Busy, match="nothing was saved") as refused:
            add_client(db, cast.owner, name="lost")
        assert not isinstance(refused.value, NotConfirmed)
    assert not is_there(db, cast, "lost")


def test_a_change_that_was_cut_at_its_beginning_begins_again(db: Database, proxy: CuttingProxy) -> None:
    cast = gather_cast(db)
    for cut in Cut:
        proxy.arm(b"BEGIN", cut)
        add_client(db, cast.owner, name=cut.name)
        assert is_there(db, cast, cut.name)
    assert proxy.done == len(Cut)
