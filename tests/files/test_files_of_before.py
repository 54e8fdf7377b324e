"""Files that hung on clients alone hang on them after the upgrade, none lost and none changed."""

from pathlib import Path

from crm.config import Settings
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.migrations import migrate

OF_ANY_RECORD = next(each.number for each in load_migrations() if each.name == "files_of_any_record")
KEPT = (
    "id, purpose, name, media_type, size, sha256, stored_name, width, height, uploaded_by, version, "
    "created_at, updated_at, deleted_at, purged_at"
)


def test_an_upgrade_keeps_each_file_with_its_client(settings: Settings) -> None:
    settings.sqlite_path.parent.mkdir(parents=True)
    connection = open_writer(settings.sqlite_path, create=True)
    migrations = load_migrations()
    migrate(connection, migrations[: OF_ANY_RECORD - 1])
    connection.execute(_ROWS, {"now": "2026-11-01T00:00:00.000Z"})
    before = connection.execute(f"SELECT client_id, {KEPT} FROM files ORDER BY id").fetchall()
    migrate(connection, migrations)
    after = connection.execute(f"SELECT subject_id, {KEPT} FROM files ORDER BY id").fetchall()
    subjects = connection.execute("SELECT DISTINCT subject FROM files").fetchall()
    pictures = connection.execute("SELECT picture_id FROM clients").fetchall()
    dangling = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    assert len(before) == 3 and after == before and subjects == [("client",)]
    assert pictures == [(2,)] and dangling == []
    assert not list(Path(settings.sqlite_path.parent).glob("*.part"))


_ROWS = """
    INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (1, 'Acme', :now, :now);
    INSERT INTO clients (id, workspace_id, kind, name, name_key, status, created_at, updated_at)
    VALUES (7, 1, 'person', 'Ada', 'ada', 'active', :now, :now);
    INSERT INTO files (id, workspace_id, client_id, purpose, name, media_type, size, sha256, stored_name,
                       width, version, created_at, updated_at, deleted_at)
    VALUES (1, 1, 7, 'attachment', 'a.txt', 'text/plain', 3, 'aa', '1/ab/ab000000000000000000000000000000',
            NULL, 1, :now, :now, NULL),
           (2, 1, 7, 'picture', 'b.png', 'image/png', 4, 'bb', '1/ab/ab000000000000000000000000000001',
            20, 4, :now, :now, NULL),
           (3, 1, 7, 'attachment', 'c.txt', 'text/plain', 5, 'cc', '1/ab/ab000000000000000000000000000002',
            NULL, 2, :now, :now, :now);
    UPDATE clients SET picture_id = 2;
"""
