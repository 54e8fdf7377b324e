"""The secrets of a number: sealed in its row, opened only to send, to fetch and to check a signature."""

from dataclasses import asdict, dataclass, fields

import orjson

from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid
from crm.vault import SealBroken, Vault


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    access_token: str
    app_secret: str
    verify_token: str


SECRETS = tuple(field.name for field in fields(Secrets))


def seal_secrets(vault: Vault, secrets: Secrets, workspace_id: int | None, phone_number_id: str) -> bytes:
    return vault.seal(orjson.dumps(asdict(secrets)).decode(), _place(workspace_id, phone_number_id))


def open_secrets(vault: Vault, sealed: bytes, workspace_id: int | None, phone_number_id: str) -> Secrets:
    """Raises SealBroken when the appliance's key is not the one that sealed them."""
    return Secrets(**orjson.loads(vault.open(sealed, _place(workspace_id, phone_number_id))))


def replace_secrets(
    tx: Transaction, vault: Vault, channel_id: int, phone_number_id: str, replaced: dict[str, str]
) -> None:
    """Seal the new ones beside those that stay, and take away the fault that the old ones had.

    Raises Invalid naming what must be given again when the kept ones cannot be opened.
    """
    kept = _kept(tx, vault, channel_id, phone_number_id)
    together = {**kept, **replaced}
    missing = [name for name in SECRETS if name not in together]
    if missing:
        raise Invalid(*(FieldProblem(name, "is required: the kept one cannot be read") for name in missing))
    tx.run(
        """
        UPDATE channels
           SET sealed_secrets = :sealed_secrets, verify_mark = :verify_mark, fault = NULL, fault_at = NULL
         WHERE workspace_id = :workspace_id
           AND id = :channel_id
        """,
        channel_id=channel_id,
        sealed_secrets=seal_secrets(vault, Secrets(**together), tx.actor.workspace_id, phone_number_id),
        verify_mark=vault.mark(together["verify_token"]),
    )


def _kept(tx: Transaction, vault: Vault, channel_id: int, phone_number_id: str) -> dict[str, str]:
    sealed = tx.value(
        "SELECT sealed_secrets FROM channels WHERE workspace_id = :workspace_id AND id = :channel_id",
        channel_id=channel_id,
    )
    try:
        return asdict(open_secrets(vault, sealed, tx.actor.workspace_id, phone_number_id))
    except SealBroken:
        return {}


def _place(workspace_id: int | None, phone_number_id: str) -> str:
    return f"channel {workspace_id} {phone_number_id}"
