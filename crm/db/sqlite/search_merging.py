"""Merging the search indexes: every change adds a segment, and a search reads all of them.

SQLite itself merges pieces of about one size; the newest first is slow in what that leaves behind. Here all
become one, in steps that hold the write lock for some milliseconds each, with pauses for other writers.
"""

import time

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction

STEP_PAGES = 64
WORTH_MERGING = 8
RUN_SECONDS = 3.0
PAUSE = 4


def merge_searches(db: Database, *, seconds: float = RUN_SECONDS, pause: float = PAUSE) -> bool:
    """Go on merging for that long; False when there is more to do.

    `pause` is how long others may write after each step, as a multiple of its duration.
    """
    ends = time.monotonic() + seconds
    return all(_merge_one(db, table, ends, pause) for table in db.read(search_tables, SYSTEM))


def merge_wholly(db: Database, *, seconds: float) -> bool:
    """Merge each index once from its beginning: until then it holds the grams of removed rows, too.

    False when the time is up: the next call begins again.
    """
    ends = time.monotonic() + seconds
    return all(_merge_wholly(db, table, ends) for table in db.read(search_tables, SYSTEM))


def _merge_wholly(db: Database, table: str, ends: float) -> bool:
    """End what was begun, begin anew with all pieces, and end that."""
    begun = False
    pages = STEP_PAGES
    while time.monotonic() < ends:
        started = time.monotonic()
        changed = db.write(_merge_some, SYSTEM, table, pages)
        time.sleep(time.monotonic() - started)
        if not changed and (begun or pages < 0):
            return True
        begun = begun or pages < 0
        pages = STEP_PAGES if changed else -STEP_PAGES
    return False


def search_tables(tx: Transaction) -> list[str]:
    rows = tx.all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' ORDER BY name"
    )
    return [row["name"] for row in rows]


def pieces_of(tx: Transaction, table: str) -> list[int]:
    """How many pages each piece of the index has, at the least."""
    rows = tx.all(f"SELECT count(*) AS pages FROM {table}_idx GROUP BY segid")
    return [row["pages"] for row in rows]


def _merge_one(db: Database, table: str, ends: float, pause: float) -> bool:
    """What was begun is ended first: to begin anew with what came since would never come to an end."""
    pages = STEP_PAGES
    while time.monotonic() < ends:
        pieces = db.read(pieces_of, SYSTEM, table)
        if len(pieces) < 2:
            return True
        started = time.monotonic()
        if db.write(_merge_some, SYSTEM, table, pages):
            pages = STEP_PAGES
        elif pages < 0 or not _is_worth_it(pieces):
            return True
        else:
            pages = -STEP_PAGES
        time.sleep(pause * (time.monotonic() - started))
    return False


def _is_worth_it(pieces: list[int]) -> bool:
    """Merging rewrites the whole index, so a few new rows do not justify it."""
    return (sum(pieces) - max(pieces)) * WORTH_MERGING > max(pieces)


def _merge_some(tx: Transaction, table: str, pages: int) -> bool:
    """Write about so many pages of the merged index; a negative number begins with all pieces.

    False when there was nothing to do. https://sqlite.org/fts5.html#the_merge_command
    """
    before = _structure(tx, table)
    tx.run(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', :pages)", pages=pages)
    return _structure(tx, table) != before


def _structure(tx: Transaction, table: str) -> bytes:
    """The index's own list of its pieces."""
    return bytes(tx.value(f"SELECT block FROM {table}_data WHERE id = 10"))
