"""The durable inbox: what a sender delivered is checked, committed, and only then acknowledged."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from crm.conversations.channels.health import OWN_CHALLENGE
from crm.conversations.inbound.events import store_delivery
from crm.conversations.transport.channel_secrets import open_secrets
from crm.conversations.whatsapp.delivery import Event, accounts_of, digest_of, numbers_of, split_delivery
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy
from crm.vault import SealBroken, Vault

SIGNATURE_PREFIX = "sha256="
MOST_NUMBERS = 50
UNREADABLE_RETRY = 300


@dataclass(frozen=True, slots=True)
class Receiver:
    channel_id: int
    workspace_id: int
    phone_number_id: str
    business_account_id: str | None
    sealed_secrets: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """`claimed` are the connected numbers that the delivery names, whoever it came from."""

    accepted: bool
    claimed: list[int]


def receive_delivery(db: Database, vault: Vault, raw: bytes, signature: str, request_id: str) -> Receipt:
    """Commit each event of a delivery, once; it is accepted when a connected number's secret signed it.

    Raises Busy and Full, upon which the sender must deliver again; what is there already stays one row.
    """
    numbers = numbers_of(raw)
    receivers = db.read(find_receivers, SYSTEM, sorted(numbers)[:MOST_NUMBERS])
    claimed = [receiver.channel_id for receiver in receivers if receiver.phone_number_id in numbers]
    signers = _signers(vault, receivers, raw, signature)
    if not signers:
        return Receipt(accepted=False, claimed=claimed)
    owned, undecided = share_out(split_delivery(raw), signers)
    for channel_id, workspace_id, own in owned:
        db.write(store_delivery, Actor(workspace_id, None, request_id), channel_id, digest_of(raw), own)
    if undecided:
        db.write(_keep_undecided, SYSTEM, undecided)
    return Receipt(accepted=True, claimed=claimed)


def find_receivers(tx: Transaction, numbers: Sequence[str]) -> list[Receiver]:
    """The connected numbers of these ids; all of the appliance when none is, as a delivery may name none."""
    named = f"{_RECEIVERS} AND phone_number_id = :number"
    rows = [row for number in numbers for row in tx.all(named, number=number)]
    return [Receiver(**row) for row in rows or tx.all(_RECEIVERS)]


_RECEIVERS = """
    SELECT id AS channel_id, workspace_id, phone_number_id, business_account_id, sealed_secrets
      FROM channels
     WHERE deleted_at IS NULL
"""


def store_delivered(tx: Transaction, channel_id: int, payload: bytes) -> int:
    """What was kept undecided, for the number whose it turned out to be."""
    return store_delivery(tx, channel_id, digest_of(payload), split_delivery(payload))


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
    """Where several workspaces entered the token, nobody knows whose number WhatsApp asked for."""
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


def _signers(vault: Vault, receivers: Sequence[Receiver], raw: bytes, signature: str) -> list[Receiver]:
    """The receivers whose app secret signed the delivery."""
    signers, unreadable = [], False
    for receiver in receivers:
        try:
            secrets = open_secrets(
                vault, receiver.sealed_secrets, receiver.workspace_id, receiver.phone_number_id
            )
        except SealBroken:
            unreadable = True
            continue
        if is_signed(raw, signature, secrets.app_secret):
            signers.append(receiver)
    if unreadable and not signers:
        raise Busy("The secrets of this number cannot be read; they must be entered again.", UNREADABLE_RETRY)
    return signers


def is_signed(raw: bytes, signature: str, app_secret: str) -> bool:
    """Whether `sha256=HEX` is the HMAC of these very bytes; compared in constant time."""
    expected = SIGNATURE_PREFIX + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


Owned = list[tuple[int, int, list[Event]]]
Undecided = list[tuple[Event, list[int]]]
"""With the channels that may have it."""


def share_out(events: Sequence[Event], signers: Sequence[Receiver]) -> tuple[Owned, Undecided]:
    """(Channel, workspace, events) of what is one workspace's; and what several signed for, undecided."""
    owned: dict[Receiver, list[Event]] = {}
    undecided: Undecided = []
    for event in events:
        claimants = _claimants(event, signers)
        if len(claimants) == 1:
            owned.setdefault(claimants[0], []).append(event)
        else:
            undecided.append((event, sorted(each.channel_id for each in claimants)))
    return [(each.channel_id, each.workspace_id, own) for each, own in owned.items()], undecided


def _claimants(event: Event, signers: Sequence[Receiver]) -> list[Receiver]:
    """One of each workspace: those with the number named; where none has it, those with the account."""
    named = [each for each in signers if each.phone_number_id == event.phone_number_id]
    found = named or [each for each in signers if _is_of_account(event, each)] or signers
    return list({each.workspace_id: each for each in reversed(found)}.values())


def _is_of_account(event: Event, receiver: Receiver) -> bool:
    account = receiver.business_account_id
    return event.phone_number_id is None and account is not None and account in accounts_of(event.payload)


def _keep_undecided(tx: Transaction, undecided: Undecided) -> None:
    for event, channel_ids in undecided:
        tx.run(
            """
            INSERT INTO undecided_deliveries (event_key, number, channel_ids, payload, due_at, received_at)
            VALUES (:event_key, :number, :channel_ids, :payload, :now, :now)
                ON CONFLICT (event_key, channel_ids) DO NOTHING
            """,
            event_key=f"{event.key} {event.digest}",
            number=event.phone_number_id,
            channel_ids=orjson.dumps(channel_ids).decode(),
            payload=event.payload,
        )
