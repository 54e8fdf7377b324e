"""A connection to an advertising platform as it is read."""

from dataclasses import dataclass

import orjson

from crm.clients.consent_fields import Purpose
from crm.db.transaction import Row, Transaction
from crm.errors import Sentence
from crm.leads.inquiring import Agreed
from crm.records.skeleton import Skeleton, in_trash, live

CONNECTION_RECORD = Skeleton(
    "ad_connection",
    "ad_connections",
    Sentence("connection"),
    facts=("purpose", "name", "account", "options", "form_id", "consent_text", "consent_purposes", "active"),
)
SHOWN = """
    SELECT c.id, c.purpose, c.name, c.account, c.options, c.form_id, c.consent_text, c.consent_purposes,
           c.active, c.problem, c.version, c.created_at, c.updated_at, c.deleted_at
      FROM ad_connections c
     WHERE c.workspace_id = :workspace_id
"""


@dataclass(frozen=True)
class Connection:
    """`problem` is what only a person can mend, such as a token that is no longer good. Credentials are never
    shown.
    """

    id: int
    purpose: str
    name: str
    account: str
    options: dict[str, str]
    form_id: int | None
    consent_text: str | None
    consent_purposes: list[Purpose]
    active: bool
    problem: str | None
    version: int
    created_at: str
    updated_at: str
    deleted_at: str | None

    @property
    def agreed(self) -> Agreed | None:
        """What people agree to in the platform's form, if it asks them."""
        return None if self.consent_text is None else Agreed(self.consent_text, self.consent_purposes)


def list_connections(tx: Transaction, *, deleted: bool = False) -> list[Connection]:
    """All of the workspace, the newest first."""
    which = "IS NOT NULL" if deleted else "IS NULL"
    return [_as_connection(row) for row in tx.all(f"{SHOWN} AND c.deleted_at {which} ORDER BY c.id DESC")]


def find_connection(tx: Transaction, connection_id: int) -> Connection | None:
    row = tx.one(f"{SHOWN} AND c.id = :connection_id", connection_id=connection_id)
    return _as_connection(row) if row else None


def get_connection(tx: Transaction, connection_id: int) -> Connection:
    """Raises NotFound."""
    return live(CONNECTION_RECORD, find_connection(tx, connection_id))


def get_deleted_connection(tx: Transaction, connection_id: int) -> Connection:
    """Raises NotFound unless it is in the trash."""
    return in_trash(CONNECTION_RECORD, find_connection(tx, connection_id))


def is_as_read(tx: Transaction, connection: Connection) -> bool:
    """Whether what a platform says of its credentials is about those that it has now."""
    found = find_connection(tx, connection.id)
    return found is not None and found.version == connection.version


def note_problem(tx: Transaction, connection_id: int, problem: str | None) -> None:
    """What only a person can mend; None once it is mended."""
    tx.run(
        """
        UPDATE ad_connections
           SET problem = :problem
         WHERE workspace_id = :workspace_id
           AND id = :connection_id
           AND problem IS DISTINCT FROM :problem
        """,
        connection_id=connection_id,
        problem=problem[:500] if problem else None,
    )


def _as_connection(row: Row) -> Connection:
    read = {name: orjson.loads(row[name]) for name in ("options", "consent_purposes")}
    return Connection(**{**row, **read, "active": bool(row["active"])})
