"""The hash chain of a workspace's ledger.

An entry's hash covers its facts, the previous entry's hash and the hash of its content. The content's hash is
salted, so that once salt and content are erased nobody can guess what stood there, and the chain still holds.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from crm.db.transaction import Row, Transaction

GENESIS = "0" * 64
ERASURE = "ledger.erased"
ERASED = ".erased"
"""How each action ends that says how many entries it erased: those that name its number."""
CHAINED = (
    "workspace_id", "seq", "action", "entity", "entity_id", "subject", "subject_id", "actor_id",
    "request_id", "created_at", "content_hash", "previous_hash",
)  # fmt: skip
PAGE = 1_000


def hash_content(salt: str, before: str | None, after: str | None) -> str:
    return hashlib.sha256(orjson.dumps([salt, before, after])).hexdigest()


def hash_entry(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps([entry[name] for name in CHAINED])).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainReport:
    """`broken_at` is the number (`seq`) of the first entry that does not fit, with the reason beside it.

    `complete`: the newest entry was reached. `unexplained` maps each record with erased entries to the first
    of them, until an erasure's own entry explains it. So does `awaited` by the number of that entry, with how
    many erased entries name it, and the first of them.
    """

    entries: int = 0
    head: str = GENESIS
    broken_at: int | None = None
    reason: str | None = None
    complete: bool = False
    unexplained: dict[tuple[str, int], int] = field(default_factory=dict)
    awaited: dict[int, tuple[int, int]] = field(default_factory=dict)


def verify_chain(tx: Transaction, known: ChainReport | None = None, pages: int | None = None) -> ChainReport:
    """Verify the actor's whole ledger; or continue the report `known` for `pages` of 1,000 entries.

    In parts it can be done over several transactions, each within its time: entries are only ever appended.
    """
    report = ChainReport()
    if known is not None:
        report = replace(known, unexplained=dict(known.unexplained), awaited=dict(known.awaited))
    while pages is None or pages > 0:
        entries = _entries_after(tx, report.entries)
        for entry in entries:
            report = _extend(report, entry)
            if report.broken_at is not None:
                return report
        if len(entries) < PAGE:
            return _finish(report)
        pages = None if pages is None else pages - 1
    return report


def _entries_after(tx: Transaction, seq: int) -> list[Row]:
    entries = tx.all(
        """
        SELECT a.id, a.workspace_id, a.seq, a.action, a.entity, a.entity_id, a.subject, a.subject_id,
               a.actor_id, a.request_id, a.created_at, a.content_hash, a.previous_hash, a.hash
          FROM activities a
         WHERE a.workspace_id = :workspace_id
           AND a.seq > :seq
         ORDER BY a.seq
         LIMIT :limit
        """,
        seq=seq,
        limit=PAGE,
    )
    contents = _contents_of(tx, seq + 1, entries[-1]["seq"]) if entries else {}
    return [contents.get(entry["id"], {"activity_id": None}) | entry for entry in entries]


def _contents_of(tx: Transaction, first: int, last: int) -> dict[int, Row]:
    """With every column that there is: a copy of an earlier version names no entries of erasures."""
    rows = tx.all(
        """
        SELECT c.*
          FROM activity_contents c
         WHERE c.workspace_id = :workspace_id
           AND c.activity_id IN (
                   SELECT a.id
                     FROM activities a
                    WHERE a.workspace_id = :workspace_id
                      AND a.seq BETWEEN :first AND :last
               )
        """,
        first=first,
        last=last,
    )
    return {row["activity_id"]: row for row in rows}


def _extend(report: ChainReport, entry: Row) -> ChainReport:
    reason = _fault(report, entry)
    if reason is not None:
        return replace(report, broken_at=entry["seq"], reason=reason)
    _explain(report, entry)
    return replace(report, entries=entry["seq"], head=entry["hash"])


def _explain(report: ChainReport, entry: Row) -> None:
    """Note what was erased, until the entry that says so."""
    subject, seq = (entry["subject"], entry["subject_id"]), entry.get("erasure_seq")
    if entry["erased_at"] is not None and seq is not None:
        count, first = report.awaited.get(seq, (0, entry["seq"]))
        report.awaited[seq] = (count + 1, first)
    elif entry["erased_at"] is not None:
        report.unexplained.setdefault(subject, entry["seq"])
    elif entry["action"] == ERASURE:
        report.unexplained.pop(subject, None)
    elif entry["action"].endswith(ERASED) and _tells_all(report, entry):
        del report.awaited[entry["seq"]]


def _tells_all(report: ChainReport, entry: Row) -> bool:
    """Whether the entry of an erasure says the number of entries that name it."""
    count, _ = report.awaited.get(entry["seq"], (0, 0))
    entries: object = orjson.loads(entry["after"] or "{}").get("entries")
    return count > 0 and entries == count


def _fault(report: ChainReport, entry: Row) -> str | None:
    if entry["seq"] != report.entries + 1:
        return f"entry {report.entries + 1} is missing"
    if entry["previous_hash"] != report.head:
        return "it does not continue the entry before it"
    if entry["hash"] != hash_entry(entry):
        return "its facts were changed"
    return _content_fault(entry)


def _content_fault(entry: Row) -> str | None:
    if entry["activity_id"] is None:
        return "its content is missing"
    if entry["erased_at"] is not None:
        erased = entry["salt"] is entry["before"] is entry["after"] is None
        return None if erased else "it holds content that was erased"
    if entry["salt"] is None or entry["content_hash"] != hash_content(
        entry["salt"], entry["before"], entry["after"]
    ):
        return "its content was changed"
    return None


def _finish(report: ChainReport) -> ChainReport:
    if report.unexplained or report.awaited:
        first = min([*report.unexplained.values(), *(each for _, each in report.awaited.values())])
        return replace(report, broken_at=first, reason="its content was erased without an entry of that")
    return replace(report, complete=True)
