"""Tokens of 0.1.0, which did not write down which token made which."""

from contextlib import closing

import pytest

from crm.accounts.credentials import hash_secret
from crm.accounts.tokens import MOST_TOKENS, identify_token, list_tokens, revoke_token
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database

TOKENS = (
    # name, made, ends, revoked
    ("root", "2026-01-01T08:00:00.000Z", "2099-01-01T08:00:00.000Z", None),
    ("cut short by root", "2026-02-01T09:00:00.000Z", "2099-01-01T08:00:00.000Z", None),
    ("cut short by that", "2026-03-01T09:00:00.000Z", "2099-01-01T08:00:00.000Z", None),
    ("on its own", "2026-02-01T09:00:00.000Z", "2099-02-01T09:00:00.000Z", None),
    ("revoked", "2026-01-01T08:00:00.000Z", "2098-01-01T08:00:00.000Z", "2026-01-05T08:00:00.000Z"),
    ("outlived it", "2026-01-02T08:00:00.000Z", "2098-01-01T08:00:00.000Z", None),
)
PERSON = Actor(1, 1)


@pytest.fixture
def old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database of 0.1.0 with the tokens of two people."""
    settings.sqlite_path.parent.mkdir(parents=True)
    settings.upload_folder.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:15])
        prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.execute(
            """
            INSERT INTO workspaces (id, name, created_at, updated_at)
            VALUES (1, 'Acme', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
            INSERT INTO users (id, workspace_id, email, name, name_key, role, password_hash,
                               created_at, updated_at)
            VALUES (1, 1, 'a@acme.example', 'A', 'a', 'owner', '!', '2026', '2026'),
                   (2, 1, 'b@acme.example', 'B', 'b', 'owner', '!', '2026', '2026');
            """
        )
        for person in (1, 2):
            for name, made, ends, revoked in TOKENS:
                connection.execute(
                    """
                    INSERT INTO tokens (workspace_id, user_id, name, scope, hint, token_hash,
                                        created_at, expires_at, revoked_at)
                    VALUES (1, ?, ?, 'write', 'hf_', ?, ?, ?, ?)
                    """,
                    (person, name, hash_secret(f"{name} {person}"), made, ends, revoked),
                )
    return settings


def names(db: Database, who: Actor = PERSON) -> list[str]:
    return [token.name for token in db.read(list_tokens, who)]


def test_an_upgrade_ties_tokens_to_their_makers_where_that_is_sure(old: Settings) -> None:
    prepare(old)
    db = open_database(old)
    assert names(db) == ["on its own", "cut short by that", "cut short by root", "root"]
    assert db.read(identify_token, SYSTEM, "outlived it 1") is None
    root = next(token for token in db.read(list_tokens, PERSON) if token.name == "root")
    db.write(revoke_token, PERSON, root.id)
    assert names(db) == ["on its own"]
    assert len(names(db, Actor(1, 2))) == 4
    db.close()


def test_more_tokens_than_one_may_have_go_on_after_an_upgrade(old: Settings) -> None:
    with closing(open_writer(old.sqlite_path)) as connection:
        for number in range(MOST_TOKENS + 5):
            made = f"2026-01-01T00:{number:02}:00.000Z"
            connection.execute(
                """
                INSERT INTO tokens (workspace_id, user_id, name, scope, hint, token_hash,
                                    created_at, expires_at)
                VALUES (1, 1, ?, 'read', 'hf_', ?, ?, ?)
                """,
                (f"№ {number}", hash_secret(f"many {number}"), made, made.replace("2026", "2099")),
            )
    prepare(old)
    db = open_database(old)
    assert all(db.read(identify_token, SYSTEM, f"many {number}") for number in range(MOST_TOKENS + 5))
    db.close()
