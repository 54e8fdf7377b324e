"""Tables that only the tests of the ground floor know: scratch_counters of nobody, slips of a workspace."""

from pathlib import Path

from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction

SCHEMA = """
CREATE TABLE scratch_counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT;

INSERT INTO scratch_counters (name, value) VALUES ('a', 0), ('b', 0);

CREATE TABLE slips (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    text         TEXT    NOT NULL,
    UNIQUE (workspace_id, text)
) STRICT;

CREATE VIEW long_slips AS SELECT id, text FROM slips WHERE length(text) > 3;

CREATE VIRTUAL TABLE slips_search USING fts5 (text);

CREATE TABLE scratch_inbox (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TRIGGER scratch_inbox_to_slips AFTER INSERT ON scratch_inbox
BEGIN
    INSERT INTO slips (workspace_id, text) SELECT min(id), NEW.text FROM workspaces;
END;
"""
ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def add_scratch_tables(database: Path) -> None:
    connection = open_writer(database)
    connection.execute(SCHEMA).fetchall()
    connection.close()


def increment(tx: Transaction, name: str = "a") -> int:
    """By a read and a write apart, so that an update could be lost."""
    value = read_counter(tx, name)
    tx.run("UPDATE scratch_counters SET value = :value WHERE name = :name", value=value + 1, name=name)
    return value + 1


def read_counter(tx: Transaction, name: str = "a") -> int:
    return int(tx.value("SELECT value FROM scratch_counters WHERE name = :name", name=name))


def add_note(tx: Transaction, text: str) -> int:
    return tx.insert(
        "INSERT INTO slips (workspace_id, text) VALUES (:workspace_id, :text) RETURNING id", text=text
    )


def list_notes(tx: Transaction) -> list[str]:
    rows = tx.all("SELECT text FROM slips WHERE workspace_id = :workspace_id ORDER BY id")
    return [row["text"] for row in rows]


def read_endlessly(tx: Transaction) -> None:
    tx.value(ENDLESS)
