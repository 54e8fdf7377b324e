"""The durable inbox: a delivery is checked and committed before it is acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from crm.conversations.inbound.events import store_delivery
from crm.conversations.transport.channel_kind import ChannelKind
from crm.conversations.transport.channel_secrets import open_secrets
from crm.conversations.transport.events import Event, digest_of
from crm.conversations.transport.ids import ChannelId
from crm.conversations.transport.self_tests import OWN_CHALLENGE
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.vault import SealBroken, Vault

MOST_ADDRESSES = 50
UNREADABLE_RETRY = 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST, as it came."""

    kind: ChannelKind
    raw: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Receiver:
    channel_id: ChannelId
    workspace_id: int
    kind: str
    address: str
    account_id: str | None
    sealed_secrets: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """`claimed` are the connected numbers that the delivery names, which proves nothing yet."""

    accepted: bool
    claimed: list[ChannelId]


def receive_delivery(db: Database, vault: Vault, delivery: Delivery, request_id: str) -> Receipt:
    """Commit each event of a delivery, once; it is accepted when a connected number's secret signed it.

    Raises Busy and Full, upon which the sender must deliver again; what is there already stays one row.
    """
    kind, raw = delivery.kind, delivery.raw
    addresses = kind.reading.addresses_of(raw)
    receivers = db.read(find_receivers, SYSTEM, kind, sorted(addresses)[:MOST_ADDRESSES])
    claimed = [receiver.channel_id for receiver in receivers if receiver.address in addresses]
    signers = _signers(vault, receivers, delivery)
    if not signers:
        return Receipt(accepted=False, claimed=claimed)
    owned, undecided = share_out(kind, kind.reading.split(raw), signers)
    for channel_id, workspace_id, own in owned:
        db.write(store_delivery, Actor(workspace_id, None, request_id), channel_id, digest_of(raw), own)
    if undecided:
        db.write(_keep_undecided, SYSTEM, undecided)
    return Receipt(accepted=True, claimed=claimed)


def find_receivers(tx: Transaction, kind: ChannelKind, addresses: Sequence[str]) -> list[Receiver]:
    """Those connected at these addresses; all of the kind when none is, as a delivery may name none."""
    named = f"{_RECEIVERS} AND address = :address"
    rows = [row for each in addresses for row in tx.all(named, kind=kind.name, address=each)]
    return [Receiver(**row) for row in rows or tx.all(_RECEIVERS, kind=kind.name)]


_RECEIVERS = """
    SELECT id AS channel_id, workspace_id, kind, address, account_id, sealed_secrets
      FROM channels
     WHERE kind = :kind
       AND deleted_at IS NULL
"""


def store_delivered(tx: Transaction, kind: ChannelKind, channel_id: ChannelId, payload: bytes) -> int:
    """Store a delivery that was undecided, for the number that it belongs to."""
    return store_delivery(tx, channel_id, digest_of(payload), kind.reading.split(payload))


def confirm_handshake(db: Database, vault: Vault, verify_token: str, challenge: str) -> bool:
    """Whether a connected number has this verify token; when WhatsApp asked is noted with the number."""
    mark = vault.mark(verify_token)
    if not db.read(_find_verified, SYSTEM, mark):
        return False
    if not challenge.startswith(OWN_CHALLENGE):
        db.write(_note_handshake, SYSTEM, mark)
    return True


def _find_verified(tx: Transaction, mark: str) -> bool:
    return bool(
        tx.value("SELECT 1 FROM channels WHERE verify_mark = :mark AND deleted_at IS NULL LIMIT 1", mark=mark)
    )


def _note_handshake(tx: Transaction, mark: str) -> None:
    """If several workspaces entered the token, we cannot know which number WhatsApp asked for."""
    tx.run(
        """
        UPDATE channels
           SET verified_at = :now
         WHERE verify_mark = :mark
           AND deleted_at IS NULL
           AND (SELECT COUNT(DISTINCT other.workspace_id)
                  FROM channels other
                 WHERE other.verify_mark = :mark
                   AND other.deleted_at IS NULL) = 1
        """,
        mark=mark,
    )


def _signers(vault: Vault, receivers: Sequence[Receiver], delivery: Delivery) -> list[Receiver]:
    """The receivers whose secrets signed the delivery."""
    signers, unreadable = [], False
    for receiver in receivers:
        try:
            secrets = open_secrets(vault, receiver.sealed_secrets, receiver.workspace_id, receiver.address)
        except SealBroken:
            unreadable = True
            continue
        if delivery.kind.reading.is_signed(delivery.raw, delivery.signature, secrets):
            signers.append(receiver)
    if unreadable and not signers:
        raise Busy("The secrets of this number cannot be read. Enter them again.", UNREADABLE_RETRY)
    return signers


Owned = list[tuple[ChannelId, int, list[Event]]]
Undecided = list[tuple[Event, list[int]]]
"""With the channels that may have it."""


def share_out(
    kind: ChannelKind, events: Sequence[Event], signers: Sequence[Receiver]
) -> tuple[Owned, Undecided]:
    """(Channel, workspace, events) that belong to one workspace; and the undecided rest."""
    owned: dict[Receiver, list[Event]] = {}
    undecided: Undecided = []
    for event in events:
        claimants = _claimants(kind, event, signers)
        if len(claimants) == 1:
            owned.setdefault(claimants[0], []).append(event)
        else:
            undecided.append((event, sorted(each.channel_id for each in claimants)))
    return [(each.channel_id, each.workspace_id, own) for each, own in owned.items()], undecided


def _claimants(kind: ChannelKind, event: Event, signers: Sequence[Receiver]) -> list[Receiver]:
    """One of each workspace: those with the address named; where none has it, those with the account."""
    named = [each for each in signers if each.address == event.address]
    found = named or [each for each in signers if _is_of_account(kind, event, each)] or signers
    return list({each.workspace_id: each for each in reversed(found)}.values())


def _is_of_account(kind: ChannelKind, event: Event, receiver: Receiver) -> bool:
    account = receiver.account_id
    if event.address is not None or account is None:
        return False
    return account in kind.reading.accounts_of(event.payload)


def _keep_undecided(tx: Transaction, undecided: Undecided) -> None:
    for event, channel_ids in undecided:
        tx.run(
            """
            INSERT INTO undecided_deliveries (event_key, number, channel_ids, payload, due_at, received_at)
            VALUES (:event_key, :number, :channel_ids, :payload, :now, :now)
                ON CONFLICT (event_key, channel_ids) DO NOTHING
            """,
            event_key=f"{event.key} {event.digest}",
            number=event.address,
            channel_ids=orjson.dumps(channel_ids).decode(),
            payload=event.payload,
        )
