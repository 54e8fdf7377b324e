"""The secrets of a channel: encrypted in its row, decrypted only for use."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from crm.vault import Vault


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """By their names in the settings of the channel."""

    by_name: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.by_name[name]


def seal_secrets(vault: Vault, secrets: Secrets, workspace_id: int | None, address: str) -> bytes:
    return vault.seal(orjson.dumps(dict(secrets.by_name)).decode(), _purpose(workspace_id, address))


def open_secrets(vault: Vault, sealed: bytes, workspace_id: int | None, address: str) -> Secrets:
    """Raises SealBroken when the server's key is not the one that sealed them."""
    return Secrets(orjson.loads(vault.open(sealed, _purpose(workspace_id, address))))


def _purpose(workspace_id: int | None, address: str) -> str:
    """What the seal is bound to: sealed bytes that are moved to another row cannot be opened there."""
    return f"channel {workspace_id} {address}"
