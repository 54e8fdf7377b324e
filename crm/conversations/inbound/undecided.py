"""Deliveries whose secret belongs to several workspaces: WhatsApp says whose number it is.

They are committed before the sender is answered, and are nobody's until then; the worker alone reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from crm import clock
from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.inbound.deliveries import Receiver, store_delivered
from crm.conversations.transport.backoff import delay_after
from crm.conversations.transport.channel_secrets import open_secrets
from crm.conversations.transport.medium import Line, Medium
from crm.conversations.transport.send_results import Locked, Permanent
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.vault import SealBroken, Vault

BATCH = 50
PATIENCE = 5
MADE_BY = "undecided-"


@dataclass(frozen=True, slots=True)
class Claim:
    """`proved` is None until WhatsApp has answered."""

    receiver: Receiver
    proved: bool | None


def decide_due(
    db: Database, vault: Vault, media: Mapping[str, Medium], kinds: ChannelKinds = CHANNEL_KINDS
) -> int:
    """Hand each event to the workspaces that proved the address to be theirs; returns how many were.

    An answer counts for the rest of the batch.
    """
    known: dict[tuple[int, str], bool | None] = {}
    return sum(
        _decide(db, vault, media=media, kinds=kinds, row=row, known=known) for row in db.read(_due, SYSTEM)
    )


def _decide(
    db: Database,
    vault: Vault,
    *,
    media: Mapping[str, Medium],
    kinds: ChannelKinds,
    row: Row,
    known: dict[tuple[int, str], bool | None],
) -> bool:
    receivers = db.read(_still_connected, SYSTEM, orjson.loads(row["channel_ids"]))
    alone = len(receivers) == 1
    claims = [Claim(each, _ask(vault, media, each, row, known, alone=alone)) for each in receivers]
    owners = _owners(claims, row["attempts"])
    if not owners:
        db.write(_put_off, SYSTEM, row["id"], row["attempts"] + 1)
        return False
    for owner in owners:
        actor = Actor(owner.workspace_id, None, f"{MADE_BY}{row['id']}")
        db.write(store_delivered, actor, kinds[owner.kind], owner.channel_id, row["payload"])
    db.write(_forget, SYSTEM, row["id"])
    return True


def _owners(claims: Sequence[Claim], attempts: int) -> list[Receiver]:
    """All receivers that proved it. Those that could not be asked are waited for a while."""
    if any(claim.proved is None for claim in claims) and attempts < PATIENCE:
        return []
    return [claim.receiver for claim in claims if claim.proved]


def _ask(
    vault: Vault,
    media: Mapping[str, Medium],
    receiver: Receiver,
    row: Row,
    known: dict[tuple[int, str], bool | None],
    *,
    alone: bool,
) -> bool | None:
    if alone or row["number"] is None:
        return alone or None
    key = (receiver.channel_id, row["number"])
    if key not in known:
        known[key] = _is_theirs(vault, media[receiver.kind], receiver, row["number"])
    return known[key]


def _is_theirs(vault: Vault, medium: Medium, receiver: Receiver, number: str) -> bool | None:
    try:
        secrets = open_secrets(vault, receiver.sealed_secrets, receiver.workspace_id, receiver.address)
    except SealBroken:
        return None
    answer = medium.check(Line(number, secrets))
    if isinstance(answer, Mapping):
        return str(answer.get("id", number)) == number
    return False if isinstance(answer, Locked | Permanent) else None


def _due(tx: Transaction) -> list[Row]:
    return tx.all(
        """
        SELECT id, number, channel_ids, payload, attempts
          FROM undecided_deliveries
         WHERE due_at <= :now
         ORDER BY due_at, id
         LIMIT :batch
        """,
        batch=BATCH,
    )


def _still_connected(tx: Transaction, channel_ids: list[int]) -> list[Receiver]:
    sql = """
        SELECT id AS channel_id, workspace_id, kind, address, account_id, sealed_secrets
          FROM channels
         WHERE id = :channel_id
           AND deleted_at IS NULL
    """
    rows = [tx.one(sql, channel_id=channel_id) for channel_id in channel_ids]
    return [Receiver(**row) for row in rows if row is not None]


def _put_off(tx: Transaction, undecided_id: int, attempts: int) -> None:
    tx.run(
        "UPDATE undecided_deliveries SET attempts = :attempts, due_at = :due_at WHERE id = :undecided_id",
        undecided_id=undecided_id,
        attempts=attempts,
        due_at=clock.later(tx.now, delay_after(attempts)),
    )


def _forget(tx: Transaction, undecided_id: int) -> None:
    tx.run("DELETE FROM undecided_deliveries WHERE id = :undecided_id", undecided_id=undecided_id)
