"""The tables that each SQL text touches, learned when it is first prepared: the basis of the tenant guard."""

import re
from dataclasses import dataclass

import apsw
import apsw.ext

from crm.db.failures import TenantViolation
from crm.db.tables import TENANT_COLUMN

CATALOG_LIMIT = 4_096
RESERVED = re.compile(r"SQLITE_(TRANSACTION|SAVEPOINT|ATTACH|DETACH|PRAGMA|ALTER|CREATE|DROP)")


class StatementRefused(RuntimeError):
    """A statement that no operation may run: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Statement:
    columns: tuple[str, ...]
    owned_tables: tuple[str, ...]
    names_tenant: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """`owned`: the tables with a workspace's rows, the workspaces themselves, and every full-text index."""

    owned: frozenset[str]
    triggers: frozenset[str]


class StatementCatalog:
    """The facts of every SQL text of one database. Safe to share by threads: an entry never changes."""

    def __init__(self) -> None:
        self._statements: dict[str, Statement] = {}
        self._schema: Schema | None = None

    def describe(self, connection: apsw.Connection, sql: str) -> Statement:
        known = self._statements.get(sql)
        if known is None:
            if self._schema is None:
                self._schema = learn_schema(connection)
            known = inspect(connection, sql, self._schema)
            if len(self._statements) >= CATALOG_LIMIT:
                self._statements.clear()
            self._statements[sql] = known
        return known


def inspect(connection: apsw.Connection, sql: str, schema: Schema) -> Statement:
    details = apsw.ext.query_info(connection, sql, actions=True)
    actions = details.actions or []
    columns = tuple(column for column, _ in details.description)
    if details.query_remaining:
        raise StatementRefused(f"one statement at a time: {excerpt(sql)}")
    if any(RESERVED.match(action.action_name) for action in actions):
        raise StatementRefused(f"transactions, the schema and the engine's settings are db's: {excerpt(sql)}")
    if len(set(columns)) < len(columns):
        raise StatementRefused(f"two columns of one name would become one: {excerpt(sql)}")
    ours = {trigger for trigger in schema.triggers if trigger not in sql}
    touched = {action.table_name for action in actions if action.trigger_or_view not in ours}
    return Statement(
        columns=columns,
        owned_tables=tuple(sorted(schema.owned & touched)),
        names_tenant=TENANT_COLUMN in details.bindings_names,
    )


def learn_schema(connection: apsw.Connection) -> Schema:
    owned = connection.execute(
        """
        SELECT t.name
          FROM pragma_table_list t
         WHERE t.schema = 'main'
           AND (t.type IN ('virtual', 'shadow')
                OR EXISTS (SELECT 1
                             FROM pragma_table_info(t.name) c
                            WHERE c.name = :tenant_column))
         UNION
        SELECT f."table"
          FROM pragma_table_list t
          JOIN pragma_foreign_key_list(t.name) f
         WHERE t.schema = 'main'
           AND f."from" = :tenant_column
        """,
        {"tenant_column": TENANT_COLUMN},
    ).fetchall()
    triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    return Schema(
        owned=frozenset(str(name) for (name,) in owned),
        triggers=frozenset(str(name) for (name,) in triggers),
    )


def guard_tenant(statement: Statement, sql: str) -> None:
    if statement.owned_tables and not statement.names_tenant:
        tables = ", ".join(statement.owned_tables)
        raise TenantViolation(f"touches {tables} without :{TENANT_COLUMN}: {excerpt(sql)}")


def excerpt(sql: str) -> str:
    return " ".join(sql.split())[:200]
