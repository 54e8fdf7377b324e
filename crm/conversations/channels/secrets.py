"""Replacing the secrets of a channel, and the hash by which a handshake finds it."""

from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.channel_secrets import Secrets, open_secrets, seal_secrets
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.vault import SealBroken, Vault


def mark_of(vault: Vault, kind: ChannelKind, secrets: Secrets) -> str:
    """Empty for a channel without a handshake."""
    return vault.mark(secrets[kind.setup.handshake]) if kind.setup.handshake is not None else ""


def replace_secrets(
    tx: Transaction,
    vault: Vault,
    kind: ChannelKind,
    channel_id: int,
    *,
    address: str,
    replaced: dict[str, str],
) -> None:
    """Seal the new ones together with those that stay, and clear the error that the old ones caused.

    Raises Invalid naming what must be given again when the kept ones cannot be opened.
    """
    together = {**_kept(tx, vault, channel_id, address), **replaced}
    missing = [name for name in kind.setup.secrets if name not in together]
    if missing:
        raise Invalid(
            *(FieldProblem(name, "is required: the saved value cannot be read") for name in missing)
        )
    secrets = Secrets(together)
    tx.run(
        """
        UPDATE channels
           SET sealed_secrets = :sealed_secrets, verify_mark = :verify_mark, fault = NULL, fault_at = NULL
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        sealed_secrets=seal_secrets(vault, secrets, tx.actor.workspace_id, address),
        verify_mark=mark_of(vault, kind, secrets),
    )


def forget_secrets(tx: Transaction, channel_id: int) -> None:
    """Of a channel that is disconnected."""
    tx.run(
        """
        UPDATE channels
           SET sealed_secrets = :nothing, verify_mark = ''
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        nothing=b"",
    )


def _kept(tx: Transaction, vault: Vault, channel_id: int, address: str) -> dict[str, str]:
    sealed = tx.value(
        "SELECT sealed_secrets FROM channels WHERE workspace_id = :workspace_id AND id = :channel_id",
        channel_id=channel_id,
    )
    try:
        return dict(open_secrets(vault, sealed, tx.actor.workspace_id, address).by_name)
    except SealBroken:
        return {}
