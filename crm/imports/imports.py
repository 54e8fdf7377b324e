"""Imports, from the upload to the end. `entering.py` creates the clients and leads."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import orjson

from crm.activity import activity
from crm.activity.operations import begin_operation, operation_of
from crm.db.transaction import Transaction
from crm.errors import Conflict, Stale
from crm.imports.custom_columns import custom_targets
from crm.imports.described import described
from crm.imports.import_row import Import, get_import
from crm.imports.mapping import Column, check_mapping, choose, headers_digest
from crm.imports.preparing import Prepared, Wishes, columns_as_json, columns_from
from crm.imports.problems import forget_problems, keep_problems
from crm.records.skeleton import as_dict


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file in its folder. `name` is the name it was uploaded under."""

    name: str
    size: int
    sha256: str
    folder: str


def create_import(tx: Transaction, upload: Upload, wishes: Wishes, prepared: Prepared | None) -> Import:
    """Ready to be confirmed if it is prepared; otherwise the worker reads the file first."""
    import_id = tx.insert(
        """
        INSERT INTO imports (workspace_id, actor_id, records, name, size, sha256, folder, state, options,
                             created_at, updated_at)
        VALUES (:workspace_id, :actor_id, :records, :name, :size, :sha256, :folder, 'reading', :options,
                :now, :now)
        RETURNING id
        """,
        records=wishes.options.records,
        name=upload.name,
        size=upload.size,
        sha256=upload.sha256,
        folder=upload.folder,
        options=wishes.as_json(),
    )
    if prepared is not None:
        keep_prepared(tx, import_id, wishes, prepared)
    return get_import(tx, import_id)


def keep_prepared(tx: Transaction, import_id: int, wishes: Wishes, prepared: Prepared) -> None:
    """Store the result of reading and checking, in place of an earlier one."""
    check = prepared.check
    tx.run(
        """
        UPDATE imports
           SET state = 'ready', records = :records, options = :options, facts = :facts, columns = :columns,
               plan = :plan, total = :total, problems = :problems, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=import_id,
        records=wishes.options.records,
        options=wishes.as_json(),
        facts=orjson.dumps(asdict(prepared.facts)).decode(),
        columns=columns_as_json(prepared.columns),
        plan=orjson.dumps(check.plan()).decode(),
        total=prepared.facts.rows,
        problems=check.problem_count,
    )
    forget_problems(tx, import_id)
    keep_problems(tx, import_id, check.problems)


def remap_import(
    tx: Transaction,
    import_id: int,
    wishes: Wishes,
    prepared: Prepared | None,
    *,
    expected_version: int | None = None,
) -> Import:
    """Change columns or options. The mapping is remembered for files with the same headers.

    The worker checks an import that is not `prepared` here. Raises NotFound, Stale, and Conflict once it is
    confirmed.
    """
    found = get_import(tx, import_id, with_problems=False)
    refuse_stale_import(found, expected_version)
    _must_be(found, ("ready",))
    if prepared is not None:
        keep_prepared(tx, import_id, wishes, prepared)
        remember_mapping(tx, prepared)
    else:
        _queue_check(tx, found, wishes)
    return get_import(tx, import_id)


def _queue_check(tx: Transaction, found: Import, wishes: Wishes) -> None:
    """Raises Invalid if the chosen columns do not fit the headers known so far."""
    columns: list[Column] = []
    kind = described(tx, wishes.options.records)
    if wishes.columns is not None:
        headers = (found.detected or {}).get("headers", [])
        custom = custom_targets(tx, wishes.options.records, kind)
        columns = choose(wishes.options.records, headers, wishes.columns, kind, custom)
        check_mapping(columns, kind)
    tx.run(
        """
        UPDATE imports
           SET state = 'checking', records = :records, options = :options, columns = :columns,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=found.id,
        records=wishes.options.records,
        options=wishes.as_json(),
        columns=columns_as_json(columns) if columns else None,
    )


def refuse_stale_import(found: Import, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != found.version:
        raise Stale("The import has changed since you read it.", as_dict(found))


def confirm_import(tx: Transaction, import_id: int, expected_version: int | None = None) -> Import:
    """Start importing the rows. Raises NotFound, Stale, Conflict if it is not ready, and Invalid if no column
    identifies a client or lead.
    """
    found = get_import(tx, import_id, with_problems=False)
    refuse_stale_import(found, expected_version)
    _must_be(found, ("ready",))
    check_mapping(columns_from(found.columns), described(tx, found.records))
    operation_id = operation_of(begin_operation(tx))
    forget_problems(tx, import_id)
    tx.run(
        """
        UPDATE imports
           SET state = 'running', operation_id = :operation_id, problems = 0, version = version + 1,
               updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=import_id,
        operation_id=operation_id,
    )
    facts = {"name": found.name, "records": found.records, "rows": found.total}
    activity.record(tx, "import.confirmed", "import", import_id, after=facts)
    return get_import(tx, import_id)


def begin_undoing(tx: Transaction, import_id: int) -> Import:
    """Undo what was imported, or discard an unconfirmed import. Raises NotFound and Conflict."""
    found = get_import(tx, import_id, with_problems=False)
    if found.state in {"reading", "checking", "ready"}:
        set_state(tx, import_id, "undone", ended=True)
        return get_import(tx, import_id)
    _must_be(found, ("running", "done"))
    forget_problems(tx, import_id)
    set_state(tx, import_id, "undoing")
    return get_import(tx, import_id)


def _must_be(found: Import, states: Sequence[str]) -> None:
    if found.state not in states:
        raise Conflict(REFUSALS[found.state], {"state": found.state})


REFUSALS = {
    "reading": "The file is still being read.",
    "checking": "The file is still being checked.",
    "ready": "The import is not confirmed yet.",
    "running": "The import is in progress.",
    "done": "The import is done.",
    "undoing": "The import is being undone.",
    "undone": "The import was undone.",
    "failed": "The import failed. Upload the file again.",
}


def set_state(
    tx: Transaction,
    import_id: int,
    state: str,
    *,
    error: str | None = None,
    ended: bool = False,
) -> None:
    tx.run(
        """
        UPDATE imports
           SET state = :state, error = :error,
               ended_at = CASE WHEN :ended = 1 THEN :now ELSE ended_at END,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :import_id
        """,
        import_id=import_id,
        state=state,
        error=error,
        ended=int(ended),
    )


def remember_mapping(tx: Transaction, prepared: Prepared) -> None:
    """For the next file with these headers."""
    records = prepared.records
    tx.run(
        """
        INSERT INTO import_mappings (workspace_id, headers, columns, updated_at)
        VALUES (:workspace_id, :headers, :columns, :now)
            ON CONFLICT (workspace_id, headers)
            DO UPDATE SET columns = excluded.columns, updated_at = excluded.updated_at
        """,
        headers=headers_digest(records, prepared.facts.headers),
        columns=columns_as_json(prepared.columns),
    )


def count_imports(tx: Transaction) -> dict[str, int]:
    """How many of all workspaces are at work, by their state. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        SELECT state, count(*) AS imports
          FROM imports
         WHERE state IN ('reading', 'checking', 'running', 'undoing')
         GROUP BY state
        """
    )
    return {"reading": 0, "checking": 0, "running": 0, "undoing": 0} | {
        row["state"]: row["imports"] for row in rows
    }
