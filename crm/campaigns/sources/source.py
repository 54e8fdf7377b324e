"""A source of figures as it is read: an account at a platform, and how its last run went."""

from dataclasses import dataclass

import orjson

from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.records.skeleton import Skeleton, in_trash, live

SOURCE_RECORD = Skeleton(
    "campaign_source",
    "campaign_sources",
    Sentence("campaign source"),
    facts=("platform", "name", "account", "options", "currency", "time_zone", "lookback_days", "active"),
)
# Its figures stand under its name; those of the others stand under their platform.
NAMED_BY_PEOPLE = "http_json"
SHOWN = """
    SELECT s.id, s.platform, s.name, s.account, s.options, s.currency, s.time_zone, s.lookback_days,
           s.active, s.collected_until, s.due_at, s.attempts, s.state, s.problem, s.ran_at, s.collected_at,
           s.version, s.created_at, s.updated_at, s.deleted_at
      FROM campaign_sources s
     WHERE s.workspace_id = :workspace_id
"""


@dataclass(frozen=True)
class Source:
    """`state` is new, good, later (tried again by itself, `problem` says why) or failed (a person must look).

    Days up to `collected_until` are in. Credentials are never shown.
    """

    id: int
    platform: str
    name: str
    account: str | None
    options: dict[str, str]
    currency: str | None
    time_zone: str
    lookback_days: int
    active: bool
    collected_until: str | None
    due_at: str
    attempts: int
    state: str
    problem: str | None
    ran_at: str | None
    collected_at: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None


@dataclass(frozen=True)
class SourceRun:
    """One run: which days it asked for, and what it changed. `left_out` rows named no campaign."""

    id: int
    outcome: str
    first_day: str
    last_day: str
    rows: int
    new: int
    changed: int
    unchanged: int
    left_out: int
    problem: str | None
    began_at: str
    ended_at: str


def list_sources(tx: Transaction, *, deleted: bool = False) -> list[Source]:
    """All of the workspace, the newest first."""
    which = "IS NOT NULL" if deleted else "IS NULL"
    return [_as_source(row) for row in tx.all(f"{SHOWN} AND s.deleted_at {which} ORDER BY s.id DESC")]


def find_source(tx: Transaction, source_id: int) -> Source | None:
    row = tx.one(f"{SHOWN} AND s.id = :source_id", source_id=source_id)
    return _as_source(row) if row else None


def get_source(tx: Transaction, source_id: int) -> Source:
    """Raises NotFound."""
    return live(SOURCE_RECORD, find_source(tx, source_id))


def get_deleted_source(tx: Transaction, source_id: int) -> Source:
    """Raises NotFound unless it is in the trash."""
    return in_trash(SOURCE_RECORD, find_source(tx, source_id))


def list_runs(tx: Transaction, source_id: int, *, limit: int, before: int | None = None) -> list[SourceRun]:
    """The newest first, from the one before `before` on."""
    rows = tx.tuples(
        """
        SELECT id, outcome, first_day, last_day, rows, new_rows, changed_rows, unchanged_rows, left_out,
               problem, began_at, ended_at
          FROM campaign_source_runs
         WHERE workspace_id = :workspace_id
           AND source_id = :source_id
           AND id < :most
         ORDER BY id DESC
         LIMIT :limit
        """,
        source_id=source_id,
        most=2**62 if before is None else before,
        limit=limit,
    )
    return [SourceRun(*row) for row in rows]


def _as_source(row: Row) -> Source:
    return Source(**{**row, "options": orjson.loads(row["options"]), "active": bool(row["active"])})
