"""The hash chain of a workspace's ledger.

An entry's hash covers its facts, the previous entry's hash and the hash of its content. The content's hash is
salted, so that once salt and content are erased nobody can guess what stood there, and the chain still holds.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from crm.db.transaction import Transaction

GENESIS = "0" * 64
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
    """`broken_at` is the number (`seq`) of the first entry that does not fit, with the reason beside it."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str | None = None


def verify_chain(tx: Transaction) -> ChainReport:
    """Walk the actor's whole ledger in pages."""
    report = ChainReport(0, GENESIS)
    while report.broken_at is None:
        page = tx.all(
            """
            SELECT a.workspace_id, a.seq, a.action, a.entity, a.entity_id, a.subject, a.subject_id,
                   a.actor_id, a.request_id, a.created_at, a.content_hash, a.previous_hash, a.hash,
                   c.activity_id, c.salt, c.before, c.after, c.erased_at
              FROM activities a
              LEFT JOIN activity_contents c ON c.workspace_id = a.workspace_id AND c.activity_id = a.id
             WHERE a.workspace_id = :workspace_id
               AND a.seq > :after
             ORDER BY a.seq
             LIMIT :limit
            """,
            after=report.entries,
            limit=PAGE,
        )
        for entry in page:
            report = _extend(report, entry)
            if report.broken_at is not None:
                return report
        if len(page) < PAGE:
            break
    return report


def _extend(report: ChainReport, entry: Mapping[str, Any]) -> ChainReport:
    reason = _fault(report, entry)
    if reason is not None:
        return ChainReport(report.entries, report.head, entry["seq"], reason)
    return ChainReport(entry["seq"], entry["hash"])


def _fault(report: ChainReport, entry: Mapping[str, Any]) -> str | None:
    if entry["seq"] != report.entries + 1:
        return f"entry {report.entries + 1} is missing"
    if entry["previous_hash"] != report.head:
        return "it does not continue the entry before it"
    if entry["hash"] != hash_entry(entry):
        return "its facts were changed"
    if entry["activity_id"] is None:
        return "its content is missing"
    if entry["erased_at"] is None:
        content = hash_content(entry["salt"] or "", entry["before"], entry["after"])
        if content != entry["content_hash"]:
            return "its content was changed"
    return None
