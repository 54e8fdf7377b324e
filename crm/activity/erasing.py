"""Erasing what entries of the ledger say, so that the chain still verifies.

Each erased entry names the number of the entry of its erasure, which says how many they are: see `chain.py`.
"""

from collections.abc import Iterable, Mapping

import orjson

from crm.activity import activity
from crm.activity.chain import ERASED
from crm.db.transaction import Row, Transaction

Ids = Iterable[int]


def erase_entries(tx: Transaction, records: Mapping[str, Ids], more: Ids = ()) -> int:
    """Of all entries about these records, by the name of their kind, and of `more`, by id; returns how many.

    `record_erasure` must record the next entry, which says so.
    """
    seq = _next_number(tx)
    about = {(name, column): ids for name, ids in records.items() for column in ("entity", "subject")}
    erased = sum(_erase_about(tx, seq, name, column, ids) for (name, column), ids in about.items())
    return erased + _erase_by_id(tx, seq, more)


def record_erasure(
    tx: Transaction, kind: str, record_id: int, entries: int, facts: Mapping[str, object]
) -> int:
    """The one entry that the ledger keeps of an erasure."""
    return activity.record(tx, f"{kind}{ERASED}", kind, record_id, after={**facts, "entries": entries})


def entries_of_actions(tx: Transaction, actions: Iterable[str]) -> list[Row]:
    """The id and the contents of all entries of these actions that are not erased."""
    return tx.all(
        """
        SELECT a.id, c.before, c.after
          FROM activities a
          JOIN activity_contents c ON c.workspace_id = a.workspace_id AND c.activity_id = a.id
         WHERE a.workspace_id = :workspace_id
           AND a.action IN (SELECT value FROM json_each(:actions))
           AND c.erased_at IS NULL
        """,
        actions=orjson.dumps(sorted(actions)).decode(),
    )


def _next_number(tx: Transaction) -> int:
    highest = tx.value("SELECT coalesce(max(seq), 0) FROM activities WHERE workspace_id = :workspace_id")
    return int(highest) + 1


def _erase_about(tx: Transaction, seq: int, name: str, column: str, ids: Ids) -> int:
    """What an erasure itself says stays: it is needed to verify the chain."""
    return tx.run(
        f"""
        UPDATE activity_contents
           SET salt = NULL, before = NULL, after = NULL, erased_at = :now, erasure_seq = :seq
         WHERE workspace_id = :workspace_id
           AND erased_at IS NULL
           AND activity_id IN (SELECT id
                                 FROM activities
                                WHERE workspace_id = :workspace_id
                                  AND {column} = :name
                                  AND {column}_id IN (SELECT value FROM json_each(:ids))
                                  AND action NOT LIKE '%{ERASED}')
        """,
        seq=seq,
        name=name,
        ids=orjson.dumps(sorted(ids)).decode(),
    )


def _erase_by_id(tx: Transaction, seq: int, ids: Ids) -> int:
    return tx.run(
        """
        UPDATE activity_contents
           SET salt = NULL, before = NULL, after = NULL, erased_at = :now, erasure_seq = :seq
         WHERE workspace_id = :workspace_id
           AND erased_at IS NULL
           AND activity_id IN (SELECT value FROM json_each(:ids))
        """,
        seq=seq,
        ids=orjson.dumps(sorted(ids)).decode(),
    )
