"""Who may do what on the server: the owner of the tables migrates, the program's role only keeps rows.

A third role, which nobody logs in with, sees the rows of all workspaces: the program takes it for what is of
no workspace, such as jobs. Whatever else it does sees the rows of one workspace alone, by policies.
"""

from dataclasses import dataclass, replace

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from crm.db.engine import Guards
from crm.db.postgres.connections import Connection
from crm.db.values import SQLValue

SETTING = "holdfast.workspace"
EVERYWHERE = "_everywhere"
"""What follows the name of the program's role in that of the third one."""
UNKNOWN = -1
"""In place of a workspace: what was set in a part that was undone."""
SCOPE = f"NULLIF(current_setting('{SETTING}', true), '')::bigint"
NO_HISTORY = (
    "One role for all: the program connects as the owner of the tables, whose triggers keep the history but "
    "who could drop them."
)
NO_POLICIES = "No policies: only the program's own check keeps a statement to the rows of one workspace."
MAKING = (
    "Both guards are there with three roles, and DATABASE_OWNER_URL for the one that migrates. Stop the "
    "program, give the owner a password, and run once as a superuser:"
)
KEPT = b"""
    SELECT DISTINCT c.relname, CASE WHEN t.tgname LIKE '%_keep_delete' THEN 'DELETE' ELSE 'UPDATE' END
      FROM pg_trigger t
      JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = current_schema()::regnamespace
       AND t.tgqual IS NULL
       AND t.tgattr = ''
       AND (t.tgname LIKE '%_keep_delete' OR t.tgname LIKE '%_keep_update')
"""
"""Tables with the right that a trigger refuses to everybody."""
OWNED = b"""
    SELECT c.relname, CASE WHEN c.relname = 'workspaces' THEN 'id' ELSE 'workspace_id' END
      FROM pg_class c
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace
       AND c.relkind = 'r'
       AND (a.attname IS NOT NULL OR c.relname = 'workspaces')
       AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'of_one_workspace')
"""
UNGRANTED = b"""
    SELECT 1
      FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace
       AND c.relkind = 'r'
       AND NOT has_table_privilege(%s, c.oid, 'SELECT')
     LIMIT 1
"""
STANDING = b"""
    SELECT pg_has_role(current_user, c.relowner, 'MEMBER'),
           row_security_active(c.oid),
           EXISTS (SELECT 1
                     FROM pg_roles r
                    WHERE r.rolname = current_user || '_everywhere'
                      AND pg_has_role(current_user, r.oid, 'MEMBER')
                      AND NOT pg_has_role(current_user, r.oid, 'USAGE'))
      FROM pg_class c
     WHERE c.oid = to_regclass('clients')
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a transaction of the role sees: one workspace's, or all where it has none."""

    role: str
    workspace_id: SQLValue

    def of(self, workspace_id: SQLValue) -> "Scope":
        return self if workspace_id == self.workspace_id else Scope(self.role, workspace_id)

    @property
    def text(self) -> str:
        if self.workspace_id is None:
            return f'SET LOCAL ROLE "{self.role}{EVERYWHERE}"'
        return f"SET LOCAL {SETTING} = '{int(str(self.workspace_id))}'"


def guards_of(connection: Connection) -> Guards:
    """Of the role that the connection has."""
    rows = connection.execute(STANDING).fetchall()
    owns, fenced, member = rows[0] if rows else (1, 0, 0)
    found = Guards(history=not owns, workspaces=bool(fenced and member))
    if found.whole:
        return found
    database, role = connection.execute(b"SELECT current_database(), current_user").fetchall()[0]
    return replace(found, making=making_roles(str(database), str(role)))


def see_all(connection: Connection) -> None:
    """For the transaction that runs: the rows of all workspaces, where policies would hide them."""
    if guards_of(connection).workspaces:
        role = str(connection.execute(b"SELECT current_user").fetchall()[0][0])
        connection.execute(Scope(role, None).text.encode())


def grant(owner: Connection, address: str) -> None:
    """Give the program's role, which `address` names, what it needs and no more; again after migrations."""
    role = role_of(address)
    if role is None or _is_own(owner, role):
        return
    everywhere = role + EVERYWHERE
    with_policies = bool(
        owner.execute(b"SELECT 1 FROM pg_roles WHERE rolname = %s", (everywhere,)).fetchall()
    )
    roles = [role, everywhere] if with_policies else [role]
    if any(owner.execute(UNGRANTED, (each,)).fetchall() for each in roles):
        for each in roles:
            _grant_rows(owner, each)
    if with_policies:
        for table, column in owner.execute(OWNED).fetchall():
            _fence(owner, str(table), str(column), roles)


def role_of(address: str) -> str | None:
    named = conninfo_to_dict(address).get("user")
    return str(named) if named else None


def _is_own(owner: Connection, role: str) -> bool:
    return bool(owner.execute(b"SELECT current_user = %s", (role,)).fetchall()[0][0])


def _grant_rows(owner: Connection, role: str) -> None:
    for text in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM {role}",
    ):
        _run(owner, text, role=role)
    for table, right in owner.execute(KEPT).fetchall():
        _run(owner, f"REVOKE {right} ON {{table}} FROM {{role}}", role=role, table=str(table))


def _fence(owner: Connection, table: str, column: str, roles: list[str]) -> None:
    """Not forced on the owner, who migrates, and whose rights checks of references have."""
    first, everywhere = roles
    for text in (
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY of_one_workspace ON {{table}} TO {{role}} USING ({{column}} = {SCOPE})",
        "CREATE POLICY of_all_workspaces ON {table} TO {everywhere} USING (true)",
    ):
        _run(owner, text, table=table, column=column, role=first, everywhere=everywhere)


def _run(owner: Connection, text: str, **names: str) -> None:
    schema = str(owner.execute(b"SELECT current_schema()").fetchall()[0][0])
    given = {name: sql.Identifier(value) for name, value in {**names, "schema": schema}.items()}
    owner.execute(sql.SQL(text).format(**given))


def missing_guards(connection: Connection) -> list[str]:
    """Sentences, then the SQL that makes the roles; empty where nothing is missing."""
    guards = guards_of(connection)
    if guards.whole:
        return []
    said = [] if guards.history else [NO_HISTORY]
    said += [] if guards.workspaces else [NO_POLICIES]
    return [*said, MAKING, *guards.making]


def making_roles(database: str, role: str) -> list[str]:
    """Statements for a superuser to run once, in that database. They take the tables from the role, too."""
    owner, everywhere = f'"{role}_owner"', f'"{role}{EVERYWHERE}"'
    return [
        f"CREATE ROLE {owner} LOGIN;",
        f"CREATE ROLE {everywhere} NOLOGIN;",
        f'ALTER ROLE "{role}" NOSUPERUSER NOBYPASSRLS NOINHERIT;',
        f'GRANT {everywhere} TO "{role}";',
        f'REASSIGN OWNED BY "{role}" TO {owner};',
        f'ALTER DATABASE "{database}" OWNER TO {owner};',
        f"ALTER SCHEMA public OWNER TO {owner};",
    ]
