"""A table of uploaded files as a room might have one, for tests of what must not know any room."""

import hashlib
from pathlib import Path

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.durable_files import write_durably
from crm.db.sqlite.engine import open_writer
from crm.db.transaction import Transaction


def add_documents_table(database: Path) -> None:
    connection = open_writer(database)
    connection.execute(
        """
        CREATE TABLE IF NOT EXISTS documents (
            id          INTEGER PRIMARY KEY,
            stored_name TEXT    NOT NULL,
            size        INTEGER NOT NULL,
            sha256      TEXT    NOT NULL
        ) STRICT
        """
    )
    connection.close()


def store_document(db: Database, uploads: Path, name: str, content: bytes) -> Path:
    """The file, then its row."""
    uploads.mkdir(parents=True, exist_ok=True)
    write_durably(uploads / name, content)
    db.write(_insert_document, SYSTEM, name, content)
    return uploads / name


def _insert_document(tx: Transaction, name: str, content: bytes) -> None:
    tx.run(
        "INSERT INTO documents (stored_name, size, sha256) VALUES (:name, :size, :sha256)",
        name=name,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
