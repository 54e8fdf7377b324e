"""Search in the texts of records that other kinds hang on or hold: notes, tasks, files, messages.

A text is stored once, as it was written: the index finds candidates, newest first, and each is confirmed
here. What is looked at is bounded, so that a search costs the same in a workspace of any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.db.folding import fold, sought_in
from crm.db.fulltext import forget_texts, index_texts
from crm.db.list_parts import ListRow
from crm.db.search_query import Query, holds
from crm.db.transaction import Transaction
from crm.records.highlights import Snippet, snippet_of
from crm.records.kinds import kinds_of
from crm.records.searched_text import Passages
from crm.records.seen import only_seen
from crm.records.subjects import subject_lives, subject_name

MOST_CHARACTERS = 8_000
"""Of a text: what is beyond is not searched."""
LOOKED_AT = (60, 240)
"""How many candidates are read at first, and then once more."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What was found, on or in which record: `subject` is its kind, None for a task about nothing."""

    id: int
    subject: str | None
    subject_id: int | None
    subject_name: str | None
    snippet: Snippet
    created_at: str


def texts_of(body: str) -> tuple[str, str, str]:
    """A text as it is searched: folded, its words in their one form, and what is written together."""
    text = body[:MOST_CHARACTERS]
    found = sought_in(text)
    return fold(text), found.words, found.joined


def index_passage(tx: Transaction, index: str, row_id: int, text: str | None) -> None:
    """A new one, in the transaction that stores it."""
    if text:
        index_texts(tx, index, row_id, *texts_of(text))


def reindex_passage(tx: Transaction, index: str, row_id: int, text: str | None) -> None:
    """By its present text; one without is no longer found."""
    forget_texts(tx, index, row_id)
    index_passage(tx, index, row_id, text)


def rebuild_passage(tx: Transaction, table: str, passages: Passages, row_id: int) -> None:
    """The index entry of a row, as it is now."""
    text = tx.value(
        f"""
        SELECT {passages.text}
          FROM {table} p
         WHERE p.workspace_id = :workspace_id
           AND p.id = :row_id
           AND {passages.among}
        """,
        row_id=row_id,
    )
    reindex_passage(tx, f"{table}_search", row_id, text)


def find_passages(tx: Transaction, kind: str, query: Query, *, limit: int) -> list[Passage]:
    """The newest that have what was sought and that the actor sees. Raises TypeError for a kind without."""
    found: list[Passage] = []
    passed = 0
    for most in LOOKED_AT:
        rows = _candidates(tx, kind, query, most, passed)
        found += [_passage(row, query) for row in rows if _has(query, str(row[1]))]
        passed += most
        if len(found) >= limit or len(rows) < most:
            break
    return found[:limit]


def _candidates(tx: Transaction, name: str, query: Query, most: int, passed: int) -> Sequence[ListRow]:
    kind = kinds_of(tx).by_name[name]
    passages = kind.search.passages if kind.search is not None else None
    if passages is None:
        raise TypeError(f"{name} has no passages")
    hits = tx.dialect.hits(query, kind.table, "p")
    subject, subject_id, called, lives = _belonging(tx, kind.table, passages)
    return tx.tuples(
        f"""
        SELECT p.id, {passages.text} AS body, {subject} AS subject, {subject_id} AS subject_id,
               {called} AS subject_name, p.created_at
          FROM {hits.source}
         WHERE {hits.where}
           AND {passages.among}
           AND {lives}
           {only_seen(tx, name, "p")}
         ORDER BY {hits.newest}
         LIMIT :most OFFSET :passed
        """,
        most=most,
        passed=passed,
        **hits.params,
    )


def _belonging(tx: Transaction, table: str, passages: Passages) -> tuple[str, str, str, str]:
    """Kind, id and name of the record that a row belongs to, and that it is not in the trash."""
    if passages.subject:
        return f"'{passages.subject}'", passages.subject_id, passages.name, "1 = 1"
    part = next(part for part in ("notes", "tasks", "files") if part == table)
    lives = f"(p.subject IS NULL OR {subject_lives(tx, part, 'p')})"
    return "p.subject", "p.subject_id", subject_name(tx, part, "p"), lives


def _has(query: Query, body: str) -> bool:
    """The folded form says most; the others are made where it does not."""
    if holds(query, fold(body[:MOST_CHARACTERS]), ""):
        return True
    folded, words, joined = texts_of(body)
    return holds(query, f"{folded} {words}", joined)


def _passage(row: ListRow, query: Query) -> Passage:
    row_id, body, subject, subject_id, name, created_at = row
    return Passage(row_id, subject, subject_id, name, snippet_of(body[:MOST_CHARACTERS], query), created_at)
