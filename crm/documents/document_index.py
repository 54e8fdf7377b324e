"""What a search finds a quote or an invoice by."""

from typing import Any

from crm.db.folding import fold, sought_in
from crm.db.fulltext import forget_texts, index_texts
from crm.db.transaction import Transaction
from crm.records.keys import sort_key

MOST_SOUGHT = 10_000


def texts_of(document: Any, name: str, custom: str) -> dict[str, str]:
    """The columns made of its name, title and client's name, the titles of its lines and its custom texts."""
    titles = " ".join(line.title or "" for line in document.lines)[:MOST_SOUGHT]
    found = sought_in(name, document.title or "", document.client_name or "", titles)
    return {
        "client_key": sort_key(document.client_name or ""),
        "sought": " ".join(part for part in (fold(name), fold(titles), found.words, fold(custom)) if part),
        "joined": found.joined,
    }


def index_document(tx: Transaction, search: str, document: Any, texts: dict[str, str]) -> None:
    """In place of what was found of it before."""
    forget_texts(tx, search, document.id)
    index_texts(tx, search, document.id, sort_key(document.title or ""), *texts.values())


def documents_of(tx: Transaction, table: str, client_id: int) -> list[int]:
    """The ids of the live ones."""
    rows = tx.all(
        f"""
        SELECT id
          FROM {table}
         WHERE workspace_id = :workspace_id
           AND client_id = :client_id
           AND deleted_at IS NULL
        """,
        client_id=client_id,
    )
    return [row["id"] for row in rows]
