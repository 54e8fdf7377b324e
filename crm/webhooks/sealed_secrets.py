"""The secrets of webhooks: encrypted in their row, decrypted only to sign."""

from crm.db.transaction import Row, Transaction
from crm.vault import SealBroken, Vault


def seal_secret(vault: Vault, secret: str, workspace_id: int | None) -> bytes:
    return vault.seal(secret, _place(workspace_id))


def signing_secrets(tx: Transaction, vault: Vault, webhook_id: int) -> list[str]:
    """The secret, and the one before it while it is being replaced. Raises SealBroken, also without one."""
    row = tx.one(
        """
        SELECT sealed_secret, CASE WHEN former_until > :now THEN sealed_former ELSE NULL END AS sealed_former
          FROM webhooks
         WHERE workspace_id = :workspace_id
           AND id = :webhook_id
        """,
        webhook_id=webhook_id,
    )
    sealed = [each for each in (row["sealed_secret"], row["sealed_former"]) if each] if row else []
    if not sealed:
        raise SealBroken
    return [vault.open(each, _place(tx.actor.workspace_id)) for each in sealed]


def reseal_webhooks(tx: Transaction, vault: Vault) -> int:
    """For all workspaces, when the server's key is replaced; returns how many cannot be read.

    `tx` is of SYSTEM.
    """
    rows = tx.all("SELECT id, workspace_id, sealed_secret, sealed_former FROM webhooks ORDER BY id")
    return sum(not _reseal(tx, vault, row) for row in rows)


def _reseal(tx: Transaction, vault: Vault, row: Row) -> bool:
    place = _place(row["workspace_id"])
    try:
        secret, former = (
            vault.seal(vault.open(sealed, place), place) if sealed else sealed
            for sealed in (row["sealed_secret"], row["sealed_former"])
        )
    except SealBroken:
        return False
    tx.run(
        "UPDATE webhooks SET sealed_secret = :secret, sealed_former = :former WHERE id = :webhook_id",
        webhook_id=row["id"],
        secret=secret,
        former=former,
    )
    return True


def _place(workspace_id: int | None) -> str:
    """What the seal is bound to: moved to another workspace, it does not open."""
    return f"webhook {workspace_id}"
