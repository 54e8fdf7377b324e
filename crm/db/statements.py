"""What each SQL text touches, learned once when it is first prepared: the ground of the tenant guard."""

from dataclasses import dataclass

import apsw
import apsw.ext

TENANT_COLUMN = "workspace_id"
SEARCH_SUFFIX = "_search"
CATALOG_LIMIT = 4_096


class TenantViolation(RuntimeError):
    """A statement reaches into a workspace-owned table without naming the workspace: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Statement:
    columns: tuple[str, ...]
    owned_tables: tuple[str, ...]
    names_tenant: bool


class StatementCatalog:
    """The facts of every SQL text of one database. Safe to share by threads: an entry never changes."""

    def __init__(self) -> None:
        self._statements: dict[str, Statement] = {}
        self._owned: frozenset[str] | None = None
        self._triggers: frozenset[str] = frozenset()

    def describe(self, connection: apsw.Connection, sql: str) -> Statement:
        known = self._statements.get(sql)
        if known is None:
            known = self._inspect(connection, sql)
            if len(self._statements) >= CATALOG_LIMIT:
                self._statements.clear()
            self._statements[sql] = known
        return known

    def _inspect(self, connection: apsw.Connection, sql: str) -> Statement:
        owned = self._owned if self._owned is not None else self._learn_schema(connection)
        details = apsw.ext.query_info(connection, sql, actions=True)
        if details.query_remaining:
            raise ValueError("one statement at a time")
        touched = {
            action.table_name
            for action in details.actions or ()
            if action.table_name and action.trigger_or_view not in self._triggers
        }
        return Statement(
            columns=tuple(column for column, _ in details.description),
            owned_tables=tuple(sorted(touched & owned)),
            names_tenant=TENANT_COLUMN in details.bindings_names,
        )

    def _learn_schema(self, connection: apsw.Connection) -> frozenset[str]:
        rows = connection.execute(
            """
            SELECT t.name
              FROM sqlite_schema t
             WHERE t.type = 'table'
               AND (t.name LIKE :search OR EXISTS (
                       SELECT 1 FROM pragma_table_info(t.name) c WHERE c.name = :column))
            """,
            {"column": TENANT_COLUMN, "search": f"%{SEARCH_SUFFIX}"},
        )
        owned = frozenset(str(name) for (name,) in rows)
        triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        self._triggers = frozenset(str(name) for (name,) in triggers)
        self._owned = owned
        return owned


def guard_tenant(statement: Statement, sql: str) -> None:
    if statement.owned_tables and not statement.names_tenant:
        tables = ", ".join(statement.owned_tables)
        raise TenantViolation(f"touches {tables} without :{TENANT_COLUMN}: {' '.join(sql.split())[:200]}")
