"""The credentials of sources: encrypted in their row, decrypted only to collect."""

from collections.abc import Mapping

import orjson

from crm.db.transaction import Row, Transaction
from crm.vault import SealBroken, Vault


def seal_credentials(vault: Vault, credentials: Mapping[str, str], workspace_id: int | None) -> bytes:
    return vault.seal(orjson.dumps(dict(credentials)).decode(), _place(workspace_id))


def open_credentials(tx: Transaction, vault: Vault, source_id: int) -> dict[str, str]:
    """Raises SealBroken."""
    sealed = tx.value(
        """
        SELECT sealed_credentials
          FROM campaign_sources
         WHERE workspace_id = :workspace_id
           AND id = :source_id
        """,
        source_id=source_id,
    )
    return {} if sealed is None else dict(orjson.loads(vault.open(sealed, _place(tx.actor.workspace_id))))


def reseal_sources(tx: Transaction, vault: Vault) -> int:
    """For all workspaces, when the server's key is replaced; returns how many cannot be read.

    `tx` is of SYSTEM.
    """
    rows = tx.all("SELECT id, workspace_id, sealed_credentials FROM campaign_sources ORDER BY id")
    return sum(not _reseal(tx, vault, row) for row in rows)


def _reseal(tx: Transaction, vault: Vault, row: Row) -> bool:
    place = _place(row["workspace_id"])
    try:
        sealed = vault.seal(vault.open(row["sealed_credentials"], place), place)
    except SealBroken:
        return False
    tx.run(
        "UPDATE campaign_sources SET sealed_credentials = :sealed WHERE id = :source_id",
        source_id=row["id"],
        sealed=sealed,
    )
    return True


def _place(workspace_id: int | None) -> str:
    """What the seal is bound to: moved to another workspace, it does not open."""
    return f"campaign source {workspace_id}"
