"""Words in the form of an earlier version are found as they were typed, and when rebuilt in each spelling."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from crm.appliance.reindexing import rebuild_searches
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.folding import fold
from crm.db.grams import grams_of
from crm.db.migrations import load_migrations
from crm.db.search_rebuilds import is_rebuilding
from crm.db.sqlite import startup
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare
from crm.kinds import KINDS, open_database

BEFORE_KANA_AND_HAN = next(each.number for each in load_migrations() if "kana_and_han" in each.name) - 1
OWNER = Actor(1, None)
# As they were typed, and the form in which the version before stored each.
WORDS = {"カーテン": "かてん", "臺灣": "臺灣", "Santa Ana": "santaana", "Köln": "koln"}
OTHERS = {"カーテン": "かあてん", "臺灣": "台湾", "Santa Ana": "SantaAna", "Köln": "koeln"}
SUBJECTS = [kind.table for kind in KINDS if kind.search is not None]


@pytest.fixture
def db(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    known = load_migrations()
    with monkeypatch.context() as patched:
        patched.setattr(startup, "load_migrations", lambda: known[:BEFORE_KANA_AND_HAN])
        prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        sql = "INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (1, 'Acme', '2026', '2026')"
        connection.execute(sql)
        for number, (word, form) in enumerate(WORDS.items(), 1):
            connection.execute(
                """
                INSERT INTO clients (id, workspace_id, kind, name, name_key, city, city_key, source,
                                     source_key, status, created_at, updated_at)
                VALUES (:id, 1, 'person', :word, :key, :word, :form, :word, :form, 'active', '2026', '2026');
                INSERT INTO clients_search (rowid, grams) VALUES ((1 << 40) | :id, :grams);
                INSERT INTO tags (id, workspace_id, name, name_key, form, created_at)
                VALUES (:id, 1, :word, :key, :form, '2026');
                INSERT INTO client_tags (workspace_id, tag_id, client_id) VALUES (1, :id, :id);
                """,
                {"id": number, "word": word, "key": fold(word), "form": form}
                | {"grams": grams_of(fold(word), form)},
            )
    prepare(settings)
    with closing(open_database(settings)) as opened:
        yield opened


def found(db: Database, wanted: ClientFilter) -> list[str]:
    return [row.name for row in db.read(list_clients, OWNER, wanted, limit=9).rows]


def asked(word: str) -> list[ClientFilter]:
    return [ClientFilter(q=word), ClientFilter(tag=word), ClientFilter(city=word), ClientFilter(source=word)]


def test_what_was_typed_is_found_at_once_and_each_spelling_when_all_is_rebuilt(
    db: Database, settings: Settings
) -> None:
    for word in WORDS:
        assert [found(db, wanted) for wanted in asked(word)] == [[word]] * 4
    assert rebuild_searches(db, settings)
    for word, other in OTHERS.items():
        assert [found(db, wanted) for wanted in asked(word) + asked(other)] == [[word]] * 8
    assert not any(db.read(is_rebuilding, OWNER, subject) for subject in SUBJECTS)
