"""How much room the data takes, by table and by workspace."""

from dataclasses import dataclass

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class WorkspaceSize:
    """`entries` are those of its ledger, one for each change; `file_bytes` the size of its uploads."""

    name: str
    clients: int
    leads: int
    messages: int
    entries: int
    files: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """`tables` are names with their bytes, indexes included, the largest first."""

    tables: list[tuple[str, int]]
    workspaces: list[WorkspaceSize]


OF_A_WORKSPACE = """
    SELECT w.name,
           (SELECT count(*) FROM clients c    WHERE c.workspace_id = w.id) AS clients,
           (SELECT count(*) FROM leads l      WHERE l.workspace_id = w.id) AS leads,
           (SELECT count(*) FROM messages m   WHERE m.workspace_id = w.id) AS messages,
           (SELECT count(*) FROM activities a WHERE a.workspace_id = w.id) AS entries,
           (SELECT count(*) FROM files f      WHERE f.workspace_id = w.id) AS files,
           (SELECT COALESCE(sum(f.size), 0) FROM files f WHERE f.workspace_id = w.id) AS file_bytes
      FROM workspaces w
"""


def server_sizes(db: Database) -> Sizes:
    """It goes through the whole file: for who asks, not for every page. Raises Busy."""
    return Sizes(db.engine.table_sizes(), db.read(_workspaces, SYSTEM))


def workspace_size(tx: Transaction) -> WorkspaceSize:
    """Of the workspace of who asks."""
    return WorkspaceSize(**(tx.one(f"{OF_A_WORKSPACE} WHERE w.id = :workspace_id") or {}))


def _workspaces(tx: Transaction) -> list[WorkspaceSize]:
    return [WorkspaceSize(**row) for row in tx.all(f"{OF_A_WORKSPACE} ORDER BY w.id")]
