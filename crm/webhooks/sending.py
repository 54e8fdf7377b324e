"""The worker's loop over the outbox of webhooks: claim, send outside of any transaction, store the answer."""

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from crm import clock
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.restored import load_restored
from crm.db.transaction import Transaction
from crm.errors import Busy, Full
from crm.vault import SealBroken, Vault
from crm.webhooks.addresses import Ranges
from crm.webhooks.bodies import body_of
from crm.webhooks.outbox import ClaimedDelivery, claim_delivery, ready_webhooks
from crm.webhooks.results import WebhookAnswer, store_answer
from crm.webhooks.sealed_secrets import signing_secrets
from crm.webhooks.signing import request_headers, sign
from crm.webhooks.turns import Turn, Turns
from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm.webhooks import posting
else:
    posting = WhenUsed("crm.webhooks.posting")

UNREADABLE = "Its secret cannot be read. Replace it."
STORE_PAUSES = (0.1, 1.0, 5.0)

log = structlog.get_logger("crm.webhooks")


@dataclass(frozen=True, slots=True)
class Sender:
    """What sending needs besides the database. All lanes of a worker have the same `turns`."""

    vault: Vault
    allowed: Ranges
    turns: Turns = field(default_factory=Turns)


@dataclass(frozen=True, slots=True)
class Prepared:
    url: str
    secrets: list[str]
    body: bytes


def send_due(db: Database, sender: Sender, seconds: float = 2.0) -> int:
    """Send what is due, one after another, for about `seconds`; returns how many were tried.

    Nothing is sent on restored data until a person has released it.
    """
    if load_restored(db.path) is not None:
        return 0
    ends, tried = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        claimed = _claim(db, sender.turns)
        if claimed is None:
            break
        tried += 1
        _send(db, sender, *claimed)
    return tried


def _claim(db: Database, turns: Turns) -> tuple[ClaimedDelivery, Turn] | None:
    """Of any webhook with something due, so that one with much of it does not keep the others waiting."""
    ready = db.read(ready_webhooks, SYSTEM)
    random.shuffle(ready)
    for row in ready:
        turn = turns.take(row["workspace_id"], row["id"])
        if turn is None:
            continue
        delivery = None
        try:
            delivery = db.write(claim_delivery, Actor(row["workspace_id"], None), row["id"])
        finally:
            if delivery is None:
                turns.end(turn)
        if delivery is not None:
            return delivery, turn
    return None


def _send(db: Database, sender: Sender, delivery: ClaimedDelivery, turn: Turn) -> None:
    took = None
    try:
        outcome = deliver(db, sender, delivery)
        took = outcome.milliseconds
        _store_with_patience(db, delivery, outcome)
    finally:
        sender.turns.end(turn, took)


def deliver(db: Database, sender: Sender, delivery: ClaimedDelivery) -> WebhookAnswer:
    """One attempt, and what came of it."""
    began, sent_at = time.monotonic(), clock.timestamp()
    timestamp = int(clock.from_text(sent_at).timestamp())
    try:
        prepared = db.read(_prepare, delivery.actor(), sender.vault, delivery)
    except SealBroken:
        return WebhookAnswer("", "", sent_at, 0, problem=UNREADABLE)
    signature = sign(prepared.secrets, delivery.message_id, timestamp, prepared.body)
    headers = request_headers(delivery.message_id, timestamp, signature)
    try:
        answer = posting.post(prepared.url, headers, prepared.body, sender.allowed)
    except posting.NotReached as error:
        return WebhookAnswer(prepared.url, signature, sent_at, _since(began), problem=str(error))
    return WebhookAnswer(
        prepared.url,
        signature,
        sent_at,
        _since(began),
        status=answer.status,
        answer=answer.text,
        problem=answer.problem,
        retry_after=answer.seconds,
    )


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _prepare(tx: Transaction, vault: Vault, delivery: ClaimedDelivery) -> Prepared:
    """Raises SealBroken."""
    url = tx.value(
        "SELECT url FROM webhooks WHERE workspace_id = :workspace_id AND id = :webhook_id",
        webhook_id=delivery.webhook_id,
    )
    row = {
        "activity_id": delivery.activity_id,
        "webhook_id": delivery.webhook_id,
        "created_at": delivery.created_at,
    }
    return Prepared(url, signing_secrets(tx, vault, delivery.webhook_id), body_of(tx, row).content)


def _store_with_patience(db: Database, delivery: ClaimedDelivery, outcome: WebhookAnswer) -> None:
    """Only this process knows the answer, so it tries repeatedly to store it."""
    for pause in STORE_PAUSES:
        try:
            db.write(store_answer, delivery.actor(), delivery, outcome)
        except (Busy, Full):
            log.warning("the outcome of a webhook could not be stored yet", delivery=delivery.id)
            time.sleep(pause)
        else:
            return
    db.write(store_answer, delivery.actor(), delivery, outcome)
