"""The log of deliveries, with request and answer; sending one again, or all that are dead; tests."""

from dataclasses import dataclass
from typing import Any, Literal

from crm import clock
from crm.activity import activity
from crm.db.keyset import Page, decode_cursor, page_of
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, NotFound
from crm.webhooks.bodies import body_of
from crm.webhooks.outbox import queue_test
from crm.webhooks.signing import request_headers
from crm.webhooks.webhook import find_webhook, get_webhook

State = Literal["queued", "sending", "done", "dead"]
UNDER_WAY = "This delivery is under way already."
OFF = "This webhook is switched off: nothing is sent to it."
GONE = "There is no such delivery."
MOST_ATTEMPTS = 100


@dataclass(frozen=True)
class Delivery:
    """`type` is the kind of record and what happened to it; a test is of no record. A dead one is not tried
    again by itself. `status` and `problem` are of the last attempt, `next_at` is when a queued one is tried.
    """

    id: int
    webhook_id: int
    message_id: str
    type: str
    kind: str
    record_id: int | None
    state: State
    attempts: int
    status: int | None
    problem: str | None
    next_at: str | None
    created_at: str
    settled_at: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """`answer` is how the receiver's began; None where there was none, or what it was about was erased."""

    sent_at: str
    url: str
    headers: dict[str, str]
    milliseconds: int
    status: int | None
    answer: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class WholeDelivery(Delivery):
    """With the body as it is sent now, and all attempts, the newest first."""

    body: str
    erased: bool
    tries: list[Attempt]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many dead deliveries are queued again."""

    queued: int


AS_STORED = (
    "id", "webhook_id", "message_id", "state", "attempts", "status", "problem", "created_at", "settled_at",
)  # fmt: skip
SHOWN = """
    SELECT id, webhook_id, activity_id, message_id, entity, entity_id, verb, state, attempts, status, problem,
           due_at, created_at, settled_at
      FROM webhook_deliveries
     WHERE workspace_id = :workspace_id
       AND webhook_id = :webhook_id
"""


def list_deliveries(
    tx: Transaction, webhook_id: int, *, state: State | None = None, limit: int, cursor: str | None = None
) -> Page[Delivery]:
    """The newest first. Raises NotFound, and Invalid naming `cursor`."""
    _known(tx, webhook_id)
    below = decode_cursor(cursor, (int,))[0] if cursor else None
    rows = tx.all(
        f"""
        {SHOWN}
        {"AND state = :state" if state is not None else ""}
        {"AND id < :below" if below is not None else ""}
         ORDER BY id DESC
         LIMIT :limit
        """,
        webhook_id=webhook_id,
        state=state,
        below=below,
        limit=limit + 1,
    )
    return page_of([Delivery(**_shown(row)) for row in rows], limit, lambda each: (each.id,))


def get_delivery(tx: Transaction, webhook_id: int, delivery_id: int) -> WholeDelivery:
    """Raises NotFound."""
    row = _row(tx, webhook_id, delivery_id)
    body = body_of(tx, row)
    return WholeDelivery(
        **_shown(row),
        body=body.content.decode(),
        erased=body.erased,
        tries=_attempts(tx, delivery_id, row["message_id"]),
    )


def replay_delivery(tx: Transaction, webhook_id: int, delivery_id: int) -> Delivery:
    """Send it again, under the same id. Raises NotFound, and Conflict while it is under way."""
    get_webhook(tx, webhook_id)
    if _queue_again(tx, webhook_id, "id = :delivery_id AND state IN ('done', 'dead')", delivery_id) == 0:
        _row(tx, webhook_id, delivery_id)
        raise Conflict(UNDER_WAY)
    activity.record(tx, "webhook.replayed", "webhook", webhook_id, after={"deliveries": 1})
    return Delivery(**_shown(_row(tx, webhook_id, delivery_id)))


def replay_dead(tx: Transaction, webhook_id: int) -> Replayed:
    """Send all dead ones again. Raises NotFound."""
    get_webhook(tx, webhook_id)
    count = _queue_again(tx, webhook_id, "state = 'dead'", None)
    if count:
        activity.record(tx, "webhook.replayed", "webhook", webhook_id, after={"deliveries": count})
    return Replayed(count)


def send_test(tx: Transaction, webhook_id: int) -> Delivery:
    """Queue a test, which is tried once. Raises NotFound, and Conflict for one that is switched off."""
    if not get_webhook(tx, webhook_id).active:
        raise Conflict(OFF)
    delivery_id = queue_test(tx, webhook_id)
    activity.record(tx, "webhook.tested", "webhook", webhook_id)
    return Delivery(**_shown(_row(tx, webhook_id, delivery_id)))


def _queue_again(tx: Transaction, webhook_id: int, which: str, delivery_id: int | None) -> int:
    return tx.run(
        f"""
        UPDATE webhook_deliveries
           SET state = 'queued', attempts = 0, due_at = :now, settled_at = NULL
         WHERE workspace_id = :workspace_id
           AND webhook_id = :webhook_id
           AND {which}
        """,
        webhook_id=webhook_id,
        **({} if delivery_id is None else {"delivery_id": delivery_id}),
    )


def _known(tx: Transaction, webhook_id: int) -> None:
    """Of one in the trash the log can be read still. Raises NotFound."""
    if find_webhook(tx, webhook_id) is None:
        get_webhook(tx, webhook_id)


def _row(tx: Transaction, webhook_id: int, delivery_id: int) -> Row:
    """Raises NotFound."""
    _known(tx, webhook_id)
    row = tx.one(f"{SHOWN} AND id = :delivery_id", webhook_id=webhook_id, delivery_id=delivery_id)
    if row is None:
        raise NotFound(GONE)
    return row


def _shown(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in AS_STORED} | {
        "type": f"{row['entity']}.{row['verb']}",
        "kind": row["entity"],
        "record_id": row["entity_id"] if row["activity_id"] is not None else None,
        "next_at": row["due_at"] if row["state"] == "queued" else None,
    }


def _attempts(tx: Transaction, delivery_id: int, message_id: str) -> list[Attempt]:
    rows = tx.all(
        """
        SELECT url, signature, sent_at, milliseconds, status, answer, problem
          FROM webhook_attempts
         WHERE workspace_id = :workspace_id
           AND delivery_id = :delivery_id
         ORDER BY id DESC
         LIMIT :most
        """,
        delivery_id=delivery_id,
        most=MOST_ATTEMPTS,
    )
    return [_attempt(row, message_id) for row in rows]


def _attempt(row: Row, message_id: str) -> Attempt:
    timestamp = int(clock.from_text(row["sent_at"]).timestamp())
    headers = request_headers(message_id, timestamp, row["signature"])
    shown = {name: row[name] for name in ("sent_at", "url", "milliseconds", "status", "answer", "problem")}
    return Attempt(**shown, headers=headers)
