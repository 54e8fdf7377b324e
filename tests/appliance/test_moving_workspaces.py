"""A workspace moves between a file and a server, and between servers: the same export, whichever engine."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from crm.activity.chain import verify_chain
from crm.appliance.transfer import export_to, import_from
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.startup import prepare
from crm.db.transaction import Transaction
from crm.db.transfer.archive import TransferFailed
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.engines import TestCluster
from tests.support.mortal import NEVER, run_until
from tests.support.places import settings_below
from tests.support.rich import Rich
from tests.support.transfers import members_of

COUNTED = ("workspaces", "users", "clients", "activities")
MARK = re.compile(rb'"custom_state":"[0-9a-f]+"')


@pytest.fixture
def server(postgres: TestCluster, tmp_path: Path) -> Iterator[Settings]:
    """An empty appliance on a server."""
    with postgres.database() as url:
        yield on(tmp_path / "server", url)


@pytest.fixture
def other_server(postgres: TestCluster, tmp_path: Path) -> Iterator[Settings]:
    with postgres.database() as url:
        yield on(tmp_path / "other", url)


def on(folder: Path, url: str | None) -> Settings:
    settings = settings_below(folder).model_copy(update={"database_url": url and SecretStr(url)})
    prepare(settings)
    return settings


def contents_of(export: Path) -> dict[str, bytes]:
    """Without the mark of the state of custom fields, which each import makes anew."""
    return {name: MARK.sub(b"", content) for name, content in members_of(export).items()}


def count_rows(tx: Transaction) -> list[int]:
    return [tx.value(f"SELECT count(*) FROM {table}") for table in COUNTED]


def test_a_workspace_is_the_same_on_a_server_and_again_in_a_file(
    rich: Rich, server: Settings, tmp_path: Path
) -> None:
    arrival = import_from(server, rich.export)
    assert (arrival.workspace_id, arrival.moved) == (rich.workspace_id, False)
    export_to(server, rich.workspace_id, tmp_path / "from-server.zip")
    assert contents_of(tmp_path / "from-server.zip") == contents_of(rich.export)
    file = on(tmp_path / "file", None)
    import_from(file, tmp_path / "from-server.zip")
    export_to(file, rich.workspace_id, tmp_path / "from-file.zip")
    assert contents_of(tmp_path / "from-file.zip") == contents_of(rich.export)


def test_a_workspace_moves_from_server_to_server_beside_another(
    rich: Rich, server: Settings, other_server: Settings, tmp_path: Path
) -> None:
    import_from(server, rich.export)
    with closing(open_database(server)) as db:
        add_client(db, Actor(rich.workspace_id, 1), name="Came later")
    export_to(server, rich.workspace_id, tmp_path / "again.zip")
    with closing(open_database(other_server)) as db:
        cast = gather_cast(db)
        before = add_client(db, cast.outsider, name="Was here").id
        db.write(_rename_users, SYSTEM)
        arrival = import_from(other_server, tmp_path / "again.zip")
        assert arrival.moved
        arrived = Actor(arrival.workspace_id, None)
        assert db.read(verify_chain, arrived).broken_at is None
        found = db.read(count_clients, arrived, ClientFilter(q="came later"), limit=None)
        assert found.total == 1, "found by its search"
        after = [add_client(db, cast.outsider).id for _ in range(2)]
        taken = db.read(lambda tx: tx.value("SELECT max(id) FROM clients"), SYSTEM)
        assert before < after[0] and after[-1] == taken, "ids go on above those that arrived"
    with pytest.raises(TransferFailed, match=r"already|not free"):
        import_from(other_server, tmp_path / "again.zip")


def _rename_users(tx: Transaction) -> None:
    tx.run("UPDATE users SET email = 'before-' || email")


def test_an_import_that_is_killed_leaves_no_row_and_comes_whole_when_run_again(
    rich: Rich, server: Settings
) -> None:
    uploads = server.upload_folder
    steps = 40
    while step := run_until(steps, uploads, lambda: import_from(server, rich.export)):
        with closing(open_database(server)) as db:
            assert db.read(count_rows, SYSTEM) == [0, 0, 0, 0], f"killed before {step!r}"
        steps *= 4
    assert steps > 40 > NEVER
    with closing(open_database(server)) as db:
        arrived = Actor(rich.workspace_id, None)
        assert db.read(verify_chain, arrived).broken_at is None
        assert all(db.read(count_rows, SYSTEM))
