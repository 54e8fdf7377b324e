"""The change feed: every change of the workspace as an event, gapless and in the order of the commits.

The number of an entry of the ledger is given under the lock of its workspace's chain, within the transaction
of the change: who has read up to a number has missed nothing before it.
"""

import re
from dataclasses import dataclass
from typing import Any

from crm.activity.sight import Reader, reader_of
from crm.activity.timeline import ACTIVITIES_AS_SHOWN, ActivityActor, as_activity
from crm.db.list_parts import among_values
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Invalid

WINDOW = 2_000
"""The most entries that one call looks through for those that are asked for."""
START, LATEST = "0", "latest"
CURSOR = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})")
OTHER_HISTORY = (
    "This cursor belongs to another history, such as the one before a backup was restored. "
    "Read again from the start: since=0."
)


@dataclass(frozen=True)
class Event:
    """One change. `kind` and `id` name the record, `verb` what happened; `seq` is its number, from 1.

    `before` and `after` hold the changed fields, by their names in the API, as far as the reader may see
    them: written one over the other, `after` makes the record. Both are None where the
    content was erased, at `erased_at`. `subject` is the record on whose timeline it stands.
    """

    seq: int
    kind: str
    id: int
    verb: str
    subject_kind: str
    subject_id: int
    actor: ActivityActor | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    time: str
    hash: str
    erased_at: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """`next` is the cursor after these events; `more`: it leads on to entries that are there already."""

    events: list[Event]
    next: str
    more: bool


def list_changes(tx: Transaction, since: str, kinds: tuple[str, ...] | None, limit: int) -> Changes:
    """The events after the cursor `since`, oldest first, perhaps fewer than there are.

    "0" is the start of the history, "latest" its end. Raises Invalid for what is no cursor, and Conflict for
    one of another history.
    """
    head, after = _head(tx), _place(tx, since)
    if since == LATEST:
        return Changes([], _cursor(head), more=False)
    last = min(after + WINDOW, head["seq"])
    reader = reader_of(tx)
    rows = _rows(tx, (after, last), kinds, reader, limit) if last > after else []
    if len(rows) == limit:
        last = rows[-1]["seq"]
    return Changes([_as_event(row, reader) for row in rows], _cursor(_entry(tx, last)), last < head["seq"])


def find_event(tx: Transaction, activity_id: int, reader: Reader) -> Event | None:
    """One change by the id of its entry, with the facts that the reader may see."""
    row = tx.one(f"{ACTIVITIES_AS_SHOWN} AND a.id = :activity_id", activity_id=activity_id)
    return _as_event(row, reader) if row else None


def _rows(
    tx: Transaction, span: tuple[int, int], kinds: tuple[str, ...] | None, reader: Reader, limit: int
) -> list[Row]:
    among, params = among_values("+a.entity", "kind", kinds) if kinds else ("1 = 1", {})
    return tx.all(
        f"""
        {ACTIVITIES_AS_SHOWN}
           AND a.seq > :after
           AND a.seq <= :last
           AND {among}
               {reader.condition}
         ORDER BY a.seq
         LIMIT :limit
        """,
        after=span[0],
        last=span[1],
        limit=limit,
        **params,
    )


def _place(tx: Transaction, since: str) -> int:
    """The number of the last entry that the reader has seen."""
    if since in {START, LATEST}:
        return 0
    written = CURSOR.fullmatch(since)
    if written is None:
        raise Invalid.field("since", "must be 0, latest, or the next of an answer before")
    seq, mark = int(written[1]), written[2]
    if not _entry(tx, seq)["hash"].startswith(mark):
        raise Conflict(OTHER_HISTORY, {"since": START})
    return seq


def _entry(tx: Transaction, seq: int) -> Row:
    found = tx.one(
        """
        SELECT seq, hash
          FROM activities
         WHERE workspace_id = :workspace_id
           AND seq = :seq
        """,
        seq=seq,
    )
    return found or {"seq": 0, "hash": ""}


def _head(tx: Transaction) -> Row:
    found = tx.one(
        """
        SELECT seq, hash
          FROM activities
         WHERE workspace_id = :workspace_id
         ORDER BY seq DESC
         LIMIT 1
        """
    )
    return found or {"seq": 0, "hash": ""}


def cursor_of(event: Event) -> str:
    """Where to go on after it."""
    return _cursor({"seq": event.seq, "hash": event.hash})


def _cursor(entry: Row) -> str:
    """Good for ever: it holds a part of the entry's hash, by which another history is known."""
    return f"{entry['seq']}-{entry['hash'][:16]}" if entry["seq"] else START


def _as_event(row: Row, reader: Reader) -> Event:
    seq = row["seq"]
    shown = as_activity(row, reader)
    return Event(
        seq=seq,
        kind=shown.entity,
        id=shown.entity_id,
        verb=shown.action.rpartition(".")[2],
        subject_kind=shown.subject,
        subject_id=shown.subject_id,
        actor=shown.actor,
        before=shown.before,
        after=shown.after,
        time=shown.created_at,
        hash=shown.hash,
        erased_at=shown.erased_at,
    )
