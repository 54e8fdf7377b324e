"""Everything moves to a server and back, row by row, and whatever is left behind takes no change."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import apsw
import psycopg
import pytest
from pydantic import SecretStr

from crm.appliance.contents import inspect
from crm.appliance.doctor_files import look_at_files
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.moved import Moved
from crm.db.moving.arriving import SEARCHES, file_rows, moved_tables
from crm.db.moving.digests import digest_of
from crm.db.moving.errors import MoveFailed
from crm.db.moving.moving import Route, examine, move_to
from crm.db.moving.returning import WayBack, move_back, reopen_file, reopen_server
from crm.db.postgres.startup import prepare as prepare_server
from crm.db.refusal import StartRefused
from crm.db.restored import Restored, mark_restored
from crm.db.shared_facts import RESTORED, load_shared
from crm.db.startup import prepare
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.clients import add_client
from tests.support.engines import TestCluster
from tests.support.filled import Heard
from tests.support.rich import export_everything


@pytest.fixture
def rich(settings: Settings, tmp_path: Path) -> Settings:
    """A file with something of nearly everything."""
    chosen = settings.model_copy(update={"database_url": None})
    prepare(chosen)
    export_everything(chosen, tmp_path / "export.zip")
    return chosen


@pytest.fixture
def plain(settings: Settings) -> Settings:
    """A file with two workspaces."""
    chosen = settings.model_copy(update={"database_url": None})
    prepare(chosen)
    db = open_database(chosen)
    gather_cast(db)
    db.close()
    return chosen


@pytest.fixture
def url(postgres: TestCluster) -> Iterator[str]:
    with postgres.bare_database() as address:
        yield address


def route_of(settings: Settings, url: str) -> Route:
    return Route(settings, url, inspect, partial(look_at_files, settings=settings))


def way_back(settings: Settings, url: str) -> WayBack:
    served = settings.model_copy(update={"database_url": SecretStr(url)})
    return WayBack(served, inspect, partial(look_at_files, settings=served))


def found(db: Database, who: Actor, words: str) -> int:
    return db.read(count_clients, who, ClientFilter(q=words), limit=None).total


def contents_of(path: Path) -> dict[str, object]:
    """Each table's rows, each search's grams, and where ids go on."""
    file = apsw.Connection(str(path))
    found: dict[str, object] = {table.name: digest_of(file_rows(file, table)) for table in moved_tables(file)}
    for (search,) in file.execute(SEARCHES).fetchall():
        file.execute(f"CREATE VIRTUAL TABLE temp.grams USING fts5vocab(main, {search}, instance)")
        found[str(search)] = sorted(file.execute("SELECT doc, term FROM temp.grams"))
        file.execute("DROP TABLE temp.grams")
    found["ids"] = sorted(row for row in file.execute("SELECT name, seq FROM sqlite_sequence") if row[1])
    found["schema"] = sorted(file.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    file.close()
    return found


def test_there_and_back_all_is_as_it_was(rich: Settings, url: str) -> None:
    before = contents_of(rich.sqlite_path)
    assert sum(1 for found in before.values() if getattr(found, "rows", 0)) > 60, "poor data proves nothing"
    forecast = examine(route_of(rich, url), Heard())
    assert move_to(route_of(rich, url), Heard()) == forecast.rows > 0
    for kept in move_back(way_back(rich, url), Heard()):
        assert ".replaced-" in kept.name
    assert contents_of(rich.sqlite_path) == before
    prepare(rich)


def test_what_moved_is_found_changed_and_counted_on_there(plain: Settings, url: str) -> None:
    db, owner = open_database(plain), Actor(1, 1)
    add_client(db, owner, name="Ada")
    db.close()
    move_to(route_of(plain, url), Heard())
    served = plain.model_copy(update={"database_url": SecretStr(url)})
    prepare_server(served)
    db = open_database(served)
    try:
        assert found(db, owner, "ada") == 1
        newest = add_client(db, owner, name="Zoë", email="zoe@example.org").id
    finally:
        db.close()
    move_back(way_back(plain, url), Heard())
    prepare(plain)
    db = open_database(plain)
    try:
        assert found(db, owner, "zoe") == 1
        assert add_client(db, owner, name="Next").id == newest + 1
    finally:
        db.close()


def test_what_is_left_refuses_changes_and_starts_until_it_is_opened_again(plain: Settings, url: str) -> None:
    owner, served = Actor(1, 1), plain.model_copy(update={"database_url": SecretStr(url)})
    db, there = open_database(plain), open_database(served)
    try:
        add_client(db, owner, name="Before")
        move_to(route_of(plain, url), Heard())
        with pytest.raises(Moved, match=r"moved to postgresql://pg-\w+/bare"):
            add_client(db, owner, name="Late")
        assert found(db, owner, "before") == 1
        with pytest.raises(StartRefused, match=r"crm reopen"):
            prepare(plain)
        with pytest.raises(MoveFailed, match="already"):
            examine(route_of(plain, url), Heard())
        add_client(there, owner, name="There")
    finally:
        db.close()
    try:
        move_back(way_back(plain, url), Heard())
        with pytest.raises(Moved, match="SQLite file crm"):
            add_client(there, owner, name="Late")
        with pytest.raises(StartRefused, match=r"crm reopen"):
            prepare_server(served)
        reopen_server(way_back(plain, url))
        add_client(there, owner, name="Again")
    finally:
        there.close()


def test_a_file_is_opened_again(plain: Settings, url: str) -> None:
    with pytest.raises(MoveFailed, match="has not moved"):
        reopen_file(plain.sqlite_path)
    mark_restored(plain.sqlite_path, Restored("b", "", ""))
    move_to(route_of(plain, url), Heard())
    served = plain.model_copy(update={"database_url": SecretStr(url)})
    assert load_shared(served, RESTORED) is not None, "the pause was left behind"
    assert reopen_file(plain.sqlite_path).done
    prepare(plain)


def test_what_cannot_be_moved_leaves_both_as_they_were(plain: Settings, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as there:
        there.execute("CREATE TABLE theirs (id bigint)")
        with pytest.raises(MoveFailed, match="another program, such as theirs"):
            examine(route_of(plain, url), Heard())
        with pytest.raises(MoveFailed, match="another program, such as theirs"):
            move_to(route_of(plain, url), Heard())
        assert there.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)
    prepare(plain)
    with pytest.raises(MoveFailed, match="no data of Holdfast"):
        move_back(way_back(plain, url), Heard())
