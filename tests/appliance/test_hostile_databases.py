"""The database of a backup is believed only as far as it is of our making."""

from pathlib import Path

import pytest

from crm.appliance.contents import inspect
from crm.appliance.records import accept_offer, offer_record
from crm.db.backup.report import BackupFailed, Silence
from crm.db.backup.verifying import verify_backup
from crm.db.stored_files import LeadsOut
from tests.support.filled import Filled
from tests.support.hostile_backups import alter, refuse_everywhere


@pytest.mark.parametrize("name", ["../data/secret.txt", "/etc/passwd", "1/../../data/secret.txt"])
def test_a_stored_name_in_the_database_of_a_backup_is_refused(
    appliance: Filled, folder: Path, name: str
) -> None:
    alter(folder, f"UPDATE files SET stored_name = '{name}'")
    refuse_everywhere(appliance, folder, "leads out|damaged")
    with pytest.raises((BackupFailed, LeadsOut)):
        offer_record(appliance.settings, appliance.db, str(folder), "files/1")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        (
            "CREATE TRIGGER spy AFTER INSERT ON users BEGIN UPDATE users SET role = 'owner'; END",
            "a trigger 'spy'",
        ),
        ("CREATE VIEW spy AS SELECT * FROM users", "a view 'spy'"),
        ("CREATE INDEX spy ON users (abs(id))", "a index 'spy'"),
        ("CREATE TABLE spy (id INTEGER PRIMARY KEY, x TEXT CHECK (x <> '')) STRICT", "a table 'spy'"),
        ('CREATE TABLE "\x1b[2J" (id INTEGER PRIMARY KEY) STRICT', "a table"),
        ("CREATE VIRTUAL TABLE spy USING fts5 (x)", "a table 'spy"),
        ("DROP TRIGGER activities_keep_delete", "lacks the trigger activities_keep_delete"),
        ("DROP INDEX users_email", "lacks the index users_email"),
        ("ALTER TABLE users ADD COLUMN more TEXT", "a table 'users'"),
        ("PRAGMA user_version = 9999", "newer Holdfast"),
        ("UPDATE schema_migrations SET digest = 'x' WHERE number = 3", "not a successor"),
        (
            """
            INSERT INTO tags (id, workspace_id, name, name_key, created_at)
            VALUES (9223372036854775807, 1, 'x', 'x', 'x')
            """,
            "too high",
        ),
    ],
)
def test_a_database_that_is_not_of_our_making_is_refused(
    appliance: Filled, folder: Path, sql: str, reason: str
) -> None:
    alter(folder, sql)
    refuse_everywhere(appliance, folder, reason)


def test_further_plain_tables_and_indexes_are_taken(appliance: Filled, folder: Path) -> None:
    alter(folder, "CREATE INDEX mine ON users (created_at)")
    verify_backup(folder, inspect, Silence())


def test_a_row_of_a_backup_follows_the_rules_of_written_ones(appliance: Filled, folder: Path) -> None:
    alter(folder, "UPDATE clients SET website = 'javascript:alert(1)'")
    with pytest.raises(BackupFailed, match="A row of clients does not fit: website"):
        accept_offer(
            appliance.settings,
            appliance.db,
            offer_record(appliance.settings, appliance.db, str(folder), "clients/1"),
        )
