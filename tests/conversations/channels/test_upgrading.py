"""What a database of before knows of channels and conversations is there after its upgrade, whole."""

from contextlib import closing
from typing import Any

import apsw
import pytest

from crm.config import Settings
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare

BEFORE = 27
INSERTS = """
    INSERT INTO workspaces (id, name, created_at, updated_at) VALUES (1, 'A', '2026', '2026');
    INSERT INTO channels (id, workspace_id, kind, phone_number_id, display_phone, business_account_id,
                          create_leads, sealed_secrets, verify_mark, fault, version, created_at,
                          updated_at, deleted_at)
    VALUES (3, 1, 'whatsapp', '555', '+15550783881', '77',
            1, x'0102', 'mark', 'out', 4, '2026', '2027', NULL),
           (4, 1, 'whatsapp', '555', '+15550783881', NULL, 0, x'', '', NULL, 2, '2026', '2027', '2027');
    INSERT INTO conversations (id, workspace_id, medium, phone, phone_key, user_id, name, channel_id, status,
                               last_message_at, pulse, version, referral, sought, created_at, updated_at)
    VALUES (9, 1, 'whatsapp', '+491701', '491701', 'US.1', 'Kerry', 3, 'active', '2026', 5, 2,
            '{"a":1}', 'kerry', '2026', '2027'),
           (10, 1, 'whatsapp', NULL, NULL, 'US.2', NULL, NULL, 'closed', '2026', 6, 1,
            NULL, '', '2026', '2027');
    INSERT INTO messages (id, workspace_id, conversation_id, channel_id, direction, kind, body, sent_at,
                          created_at)
    VALUES (1, 1, 9, 3, 'note', 'note', 'x', '2026', '2026');
    UPDATE conversations SET last_message_id = 1 WHERE id = 9;
"""  # fmt: skip
RENAMED = {"phone_number_id": "address", "display_phone": "shown_as", "business_account_id": "account_id"}


def contents(connection: apsw.Connection, table: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY id")
    names = [column[0] for column in cursor.get_description()]
    return [
        {RENAMED.get(name, name): value for name, value in zip(names, row, strict=True)} for row in cursor
    ]


def test_an_upgrade_keeps_each_channel_and_conversation_under_its_id(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.sqlite_path.parent.mkdir(parents=True)
    settings.upload_folder.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:BEFORE])
        prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.execute(INSERTS)
        before = {table: contents(connection, table) for table in ("channels", "conversations")}
    prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        for table, rows in before.items():
            assert [{name: row[name] for name in rows[0]} for row in contents(connection, table)] == rows
        assert [len(rows) for rows in before.values()] == [2, 2]
        for statement in (
            "UPDATE conversations SET channel_id = 99 WHERE id = 9",
            "UPDATE messages SET conversation_id = 99 WHERE id = 1",
        ):
            with pytest.raises(apsw.ConstraintError):
                connection.execute(statement)
