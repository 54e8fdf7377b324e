"""The check of a copied database: the ledger of each workspace must be whole."""

from typing import Any

from crm.activity.chain import verify_chain
from crm.db.actor import SYSTEM, Actor
from crm.db.backup.report import BackupFailed
from crm.db.copy import Copy
from crm.db.transaction import Transaction


def inspect(copy: Copy) -> dict[str, Any]:
    """The length and the head of each ledger, by workspace. Raises BackupFailed where one is broken."""
    return {str(workspace): _head(copy, workspace) for workspace in copy.read(list_workspace_ids, SYSTEM)}


def list_workspace_ids(tx: Transaction) -> list[int]:
    return [int(row["id"]) for row in tx.all("SELECT id FROM workspaces ORDER BY id")]


def _head(copy: Copy, workspace: int) -> dict[str, Any]:
    report = copy.read(verify_chain, Actor(workspace, None))
    if report.broken_at is not None:
        raise BackupFailed(
            f"The ledger of workspace {workspace} is broken at entry {report.broken_at}: {report.reason}."
        )
    return {"entries": report.entries, "head": report.head}
