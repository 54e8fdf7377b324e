"""After an upgrade the worker brings old rows to the new form: in short steps, going on after a kill."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crm.appliance.reindexing import rebuild_searches
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.db import search_rebuilds
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.folding import fold
from crm.db.grams import grams_of
from crm.db.migrations import load_migrations
from crm.db.search_rebuilds import is_rebuilding, rebuild_some
from crm.db.sqlite import startup
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare
from crm.kinds import KINDS, open_database
from crm.records.tags import list_tags
from tests.support.mortal import run_until

BEFORE_ONE_FORM = 25
NAMES = ["Jörg Müller", "Åse Dahl", "Jean-Luc Picard", "كريم", "Anna O'Neill"]
OWNER = Actor(1, None)
NOW = "2026-11-01T00:00:00.000Z"


@pytest.fixture
def old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database of the version before, with clients as that version stored them."""
    known = load_migrations()
    with monkeypatch.context() as patched:
        patched.setattr(startup, "load_migrations", lambda: known[:BEFORE_ONE_FORM])
        prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.execute(
            "INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (1, 'Acme', :now, :now)",
            {"now": NOW},
        )
        for number, name in enumerate(NAMES, 1):
            email = f"o'müller{number}@example.com"
            connection.execute(
                """
                INSERT INTO clients (id, workspace_id, kind, name, name_key, email, email_key, city, status,
                                     created_at, updated_at)
                VALUES (:id, 1, 'person', :name, :key, :email, :email_key, 'Köln', 'active', :now, :now);
                """,
                {"id": number, "name": name, "key": fold(name), "email": email, "email_key": fold(email)}
                | {"now": NOW},
            )
            connection.execute(
                "INSERT INTO clients_search (rowid, grams) VALUES ((1 << 40) | :id, :grams)",
                {"id": number, "grams": grams_of(fold(name), fold(email))},
            )
        for number, tag in enumerate(["Café", "cafe"], 1):
            connection.execute(
                """
                INSERT INTO tags (id, workspace_id, name, name_key, created_at)
                VALUES (:id, 1, :name, :key, :now);
                """,
                {"id": number, "name": tag, "key": tag.casefold(), "now": NOW},
            )
            connection.execute(
                "INSERT INTO client_tags (workspace_id, tag_id, client_id) VALUES (1, :id, :id), (1, :id, 3)",
                {"id": number},
            )
        connection.execute(
            """
            INSERT INTO conversations (id, workspace_id, medium, phone, phone_key, name, status,
                                       last_message_at, pulse, created_at, updated_at)
            VALUES (1, 1, 'whatsapp', '+14155552801', '+14155552801', 'Zoë', 'active',
                    :now, 1, :now, :now);
            INSERT INTO messages (id, workspace_id, conversation_id, direction, kind, body, sent_at,
                                  placed_at, created_at)
            VALUES (1, 1, 1, 'note', 'note', 'Ask for Küche', :now, :now, :now);
            """,
            {"now": NOW},
        )
    prepare(settings)
    return settings


def found(db: Database, **wanted: Any) -> list[str]:
    return [row.name for row in db.read(list_clients, OWNER, ClientFilter(**wanted), limit=20).rows][::-1]


def inbox(db: Database, q: str) -> int:
    return len(db.read(list_conversations, OWNER, InboxFilter(box="all", q=q), limit=5).rows)


FOUND_BEFORE: list[tuple[dict[str, str], list[str]]] = [
    ({"q": "muller"}, NAMES),
    ({"q": "jorg"}, NAMES[:1]),
    ({"q": "oneill"}, NAMES[4:]),
    ({"q": "o'müller3@example.com"}, NAMES[2:3]),
    ({"email": "o'müller3@example.com"}, NAMES[2:3]),
    ({"city": "Köln"}, NAMES),
    ({"tag": "Café"}, [NAMES[0], NAMES[2]]),
]
FOUND_AFTER: list[tuple[dict[str, str], list[str]]] = [
    ({"q": "Joerg"}, NAMES[:1]),
    ({"q": "Picard JeanLuc"}, NAMES[2:3]),
    ({"q": "کریم"}, NAMES[3:4]),
    ({"city": "koeln"}, NAMES),
    ({"tag": "CAFE"}, NAMES[:3]),
]


@pytest.mark.sqlite("an older file of that engine, upgraded")
def test_an_upgrade_finds_the_same_at_once_and_all_spellings_when_it_is_through(old: Settings) -> None:
    with closing(open_database(old)) as db:
        assert [(wanted, found(db, **wanted)) for wanted, _ in FOUND_BEFORE[:-1]] == FOUND_BEFORE[:-1]
        assert NAMES[0] in found(db, tag="Café") and NAMES[2] in found(db, tag="Café")
        assert [inbox(db, q) for q in ("Zoë", "4155552801")] == [1, 1]
        assert db.read(is_rebuilding, OWNER, "clients")
        assert rebuild_searches(db, old)
        for subject in (kind.table for kind in KINDS if kind.search is not None):
            assert not db.read(is_rebuilding, OWNER, subject)
        after = FOUND_BEFORE[:-1] + FOUND_AFTER
        assert [(wanted, found(db, **wanted)) for wanted, _ in after] == after
        assert [inbox(db, q) for q in ("Zoë", "zoe", "+1 415-555-2801", "kuche")] == [1, 1, 1, 1]
        assert [tag.name for tag in db.read(list_tags, OWNER, "client")] == ["cafe", "Café"]


@pytest.mark.sqlite("an older file of that engine, upgraded")
def test_a_step_is_bounded_and_the_next_goes_on_where_it_ended(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(search_rebuilds, "STEP_ROWS", 2)
    monkeypatch.setattr(search_rebuilds, "STEP_SECONDS", 60)

    def rebuild(_tx: object, row_id: int) -> None:
        if row_id == 4 and 4 not in done:
            done.append(row_id)
            raise KeyboardInterrupt
        done.append(row_id)

    step: Callable[[Database], bool] = lambda db: db.write(rebuild_some, OWNER, "clients", rebuild)  # noqa: E731
    with closing(open_database(old)) as db:
        assert step(db) and done == [1, 2]
        with pytest.raises(KeyboardInterrupt):
            step(db)
    with closing(open_database(old)) as db:
        assert step(db) and done == [1, 2, 3, 4, 3, 4]
        assert db.read(is_rebuilding, OWNER, "clients")
        assert step(db) and db.read(is_rebuilding, OWNER, "clients")
        assert not step(db) and not db.read(is_rebuilding, OWNER, "clients")


MOST_STEPS = 1_000


@pytest.mark.sqlite("an older file of that engine, upgraded")
@pytest.mark.timeout(300)
def test_killed_at_any_step_the_rebuild_goes_on_after_the_restart(
    old: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time from the database as it was: the process dies there by `kill -9`, and a fresh one goes on."""
    monkeypatch.setattr(search_rebuilds, "STEP_ROWS", 2)
    data, before = old.sqlite_path.parent, tmp_path / "before"
    shutil.copytree(data, before)
    steps = []
    for fatal in range(1, MOST_STEPS, 7):
        shutil.rmtree(data)
        shutil.copytree(before, data)
        steps.append(run_until(fatal, old.upload_folder, lambda: _rebuild_all(old)))
        with closing(open_database(old)) as db:
            assert FOUND_BEFORE[0][1] == found(db, **FOUND_BEFORE[0][0]), steps[-1]
        _rebuild_all(old)
        with closing(open_database(old)) as db:
            assert [(wanted, found(db, **wanted)) for wanted, _ in FOUND_AFTER] == FOUND_AFTER, steps[-1]
            assert inbox(db, "kuche") == 1
        if not steps[-1]:
            break
    assert steps[-1] == ""
    assert len(steps) > 10


def _rebuild_all(settings: Settings) -> None:
    with closing(open_database(settings)) as db:
        assert rebuild_searches(db, settings)
