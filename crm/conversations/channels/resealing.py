"""Encrypting the secrets of all channels again when the key is replaced."""

from dataclasses import dataclass

from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.channels.secrets import mark_of
from crm.conversations.transport.channel_secrets import open_secrets, seal_secrets
from crm.db.transaction import Transaction
from crm.vault import SealBroken, Vault


@dataclass(frozen=True, slots=True)
class Resealed:
    """`unreadable`: sealed by a key that is not there; they must be entered again."""

    numbers: int
    unreadable: int


def reseal_numbers(tx: Transaction, vault: Vault, kinds: ChannelKinds = CHANNEL_KINDS) -> Resealed:
    """For all workspaces; secrets sealed with the new key already may be sealed again. `tx` is of SYSTEM."""
    rows = tx.all(
        """
        SELECT id, workspace_id, kind, address, sealed_secrets
          FROM channels
         WHERE deleted_at IS NULL
         ORDER BY id
        """
    )
    unreadable = 0
    for row in rows:
        place = (row["workspace_id"], row["address"])
        try:
            secrets = open_secrets(vault, row["sealed_secrets"], *place)
        except SealBroken:
            unreadable += 1
            continue
        tx.run(
            """
            UPDATE channels
               SET sealed_secrets = :sealed_secrets, verify_mark = :verify_mark
             WHERE id = :channel_id
            """,
            channel_id=row["id"],
            sealed_secrets=seal_secrets(vault, secrets, *place),
            verify_mark=mark_of(vault, kinds[row["kind"]], secrets),
        )
    return Resealed(len(rows) - unreadable, unreadable)
