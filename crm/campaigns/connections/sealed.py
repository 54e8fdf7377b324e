"""The credentials of connections: encrypted in their row, decrypted only for use."""

from collections.abc import Mapping

import orjson

from crm.db.transaction import Row, Transaction
from crm.vault import SealBroken, Vault


def seal(vault: Vault, credentials: Mapping[str, str], workspace_id: int | None) -> bytes:
    return vault.seal(orjson.dumps(dict(credentials)).decode(), _place(workspace_id))


def open_sealed(vault: Vault, sealed: bytes, workspace_id: int | None) -> dict[str, str]:
    """Raises SealBroken."""
    return dict(orjson.loads(vault.open(sealed, _place(workspace_id))))


def open_connection(tx: Transaction, vault: Vault, connection_id: int) -> dict[str, str]:
    """Its credentials. Raises SealBroken."""
    sealed = tx.value(
        """
        SELECT sealed_credentials
          FROM ad_connections
         WHERE workspace_id = :workspace_id
           AND id = :connection_id
        """,
        connection_id=connection_id,
    )
    return {} if sealed is None else open_sealed(vault, sealed, tx.actor.workspace_id)


def reseal_connections(tx: Transaction, vault: Vault) -> int:
    """For all workspaces, when the server's key is replaced; returns how many cannot be read.

    `tx` is of SYSTEM.
    """
    rows = tx.all("SELECT id, workspace_id, sealed_credentials FROM ad_connections ORDER BY id")
    return sum(not _reseal(tx, vault, row) for row in rows)


def _reseal(tx: Transaction, vault: Vault, row: Row) -> bool:
    try:
        credentials = open_sealed(vault, row["sealed_credentials"], row["workspace_id"])
    except SealBroken:
        return False
    tx.run(
        "UPDATE ad_connections SET sealed_credentials = :sealed WHERE id = :connection_id",
        connection_id=row["id"],
        sealed=seal(vault, credentials, row["workspace_id"]),
    )
    return True


def _place(workspace_id: int | None) -> str:
    """What the seal is bound to: moved to another workspace, it does not open."""
    return f"ad connection {workspace_id}"
