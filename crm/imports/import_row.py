"""Imports as they are read from the database."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from crm.db.transaction import Row, Transaction
from crm.errors import NotFound
from crm.imports.problems import ImportProblem, list_problems

AT_WORK = ("reading", "checking", "running", "undoing")
PROBLEMS_SHOWN = 200


@dataclass
class Import:
    """`total` is the number of rows in the file, `done` how many are finished. `detected` is its encoding,
    delimiter and so on, `columns` the mapping, `plan` the preview. `error` says why the import failed.
    """

    id: int
    records: str
    name: str
    size: int
    state: str
    options: dict[str, Any]
    detected: dict[str, Any] | None
    columns: list[dict[str, Any]]
    plan: dict[str, Any] | None
    total: int
    done: int
    created: int
    updated: int
    skipped: int
    left_out: int
    problem_count: int
    operation_id: int | None
    error: str | None
    actor_id: int | None
    version: int
    created_at: str
    updated_at: str
    ended_at: str | None
    problems: list[ImportProblem] = field(default_factory=list)


COLUMNS = """
       i.id, i.records, i.name, i.size, i.state, i.options, i.facts, i.columns, i.plan, i.total, i.done,
       i.created, i.updated, i.skipped, i.left_out, i.problems AS problem_count, i.operation_id, i.error,
       i.actor_id, i.version, i.created_at, i.updated_at, i.ended_at
"""


def import_of(row: Row) -> Import:
    """From a row of COLUMNS."""
    facts = {**row, "detected": _parsed(row["facts"]), "columns": _parsed(row["columns"]) or []}
    facts |= {"options": _parsed(row["options"]) or {}, "plan": _parsed(row["plan"])}
    del facts["facts"]
    return Import(**facts)


def _parsed(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def get_import(tx: Transaction, import_id: int, *, with_problems: bool = True) -> Import:
    """With the first of its problems. Raises NotFound."""
    row = tx.one(
        f"""
        SELECT {COLUMNS}
          FROM imports i
         WHERE i.workspace_id = :workspace_id
           AND i.id = :import_id
        """,
        import_id=import_id,
    )
    if row is None:
        raise NotFound("There is no such import.")
    found = import_of(row)
    if with_problems:
        found.problems = list_problems(tx, import_id, limit=PROBLEMS_SHOWN)
    return found


def list_imports(tx: Transaction, *, limit: int, before: int | None = None) -> list[Import]:
    """Newest first, without their problems."""
    rows = tx.all(
        f"""
        SELECT {COLUMNS}
          FROM imports i
         WHERE i.workspace_id = :workspace_id
           AND i.id < :before
         ORDER BY i.id DESC
         LIMIT :limit
        """,
        before=before or 2**62,
        limit=limit,
    )
    return [import_of(row) for row in rows]
