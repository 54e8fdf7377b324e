"""An upgrade takes stored names that lead out of the uploads from their rows."""

from contextlib import closing
from typing import Any

import apsw
import pytest

from crm.config import Settings
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare
from crm.db.stored_files import place_of
from crm.files.tidying import missing_files, purge_files
from crm.kinds import open_database
from tests.support.frozen_clock import FrozenClock
from tests.support.stored_names import NAMES, SECRET


@pytest.fixture
def old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database of 0.1.0: its rows may have any stored name."""
    settings.sqlite_path.parent.mkdir(parents=True)
    settings.upload_folder.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:15])
        prepare(settings)
    return settings


def test_an_upgrade_takes_names_that_lead_out_from_their_rows_and_keeps_the_others(
    old: Settings, frozen_clock: FrozenClock
) -> None:
    good = "1/ab/ab000000000000000000000000000000"
    with closing(open_writer(old.sqlite_path)) as connection:
        _insert_people(connection)
        for number, name in enumerate([good, *NAMES], 1):
            _insert_file(connection, number, name, picture=number == 2)
    place_of(old.upload_folder, good).parent.mkdir(parents=True)
    place_of(old.upload_folder, good).write_bytes(b"x")
    secret = old.sqlite_path.parent / "secret.txt"
    secret.write_bytes(SECRET)
    prepare(old)
    with closing(open_writer(old.sqlite_path)) as connection:
        rows = connection.execute("SELECT id, stored_name, purged_at FROM files ORDER BY id").fetchall()
        pictures = connection.execute("SELECT picture_id FROM clients").fetchall()
    assert rows[0] == (1, good, None) and pictures == [(None,)]
    assert all(purged and str(name).startswith("1/00/") for _, name, purged in rows[1:])
    db = open_database(old)
    frozen_clock.advance(days=4_000)
    assert purge_files(db, old) == 0 and missing_files(db, old) == []
    db.close()
    assert secret.read_bytes() == SECRET


def _insert_people(connection: apsw.Connection) -> None:
    now = "2026-11-01T00:00:00.000Z"
    connection.execute(
        """
        INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (1, 'Acme', :now, :now);
        INSERT INTO clients (id, workspace_id, kind, name, name_key, status, created_at, updated_at)
        VALUES (1, 1, 'person', 'Ada', 'ada', 'active', :now, :now);
        """,
        {"now": now},
    )


def _insert_file(connection: apsw.Connection, number: int, name: str, *, picture: bool) -> None:
    content: dict[str, Any] = {"id": number, "name": name, "at": "2026-10-01T00:00:00.000Z"}
    connection.execute(
        """
        INSERT INTO files (id, workspace_id, client_id, purpose, name, media_type, size, sha256, stored_name,
                           created_at, updated_at)
        VALUES (:id, 1, 1, 'attachment', 'a.txt', 'text/plain', 1,
                '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', :name, :at, :at)
        """,
        content,
    )
    if picture:
        connection.execute("UPDATE clients SET picture_id = :id", {"id": number})
