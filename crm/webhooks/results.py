"""What became of an attempt: sent, to be tried again, or dead; and the log of it."""

from dataclasses import dataclass

from crm import clock
from crm.db.transaction import Transaction
from crm.webhooks.outbox import ClaimedDelivery
from crm.webhooks.retries import delay_after
from crm.webhooks.webhook import find_webhook
from crm.webhooks.webhooks import set_facts

GONE = 410


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """`status` and `answer` are None where there was no answer; `problem` says why it does not count as sent.

    `retry_after` is in seconds.
    """

    url: str
    signature: str
    sent_at: str
    milliseconds: int
    status: int | None = None
    answer: str | None = None
    problem: str | None = None
    retry_after: float | None = None

    @property
    def is_good(self) -> bool:
        return self.problem is None


def store_answer(tx: Transaction, delivery: ClaimedDelivery, outcome: WebhookAnswer) -> None:
    """Into the log, and on to the next state; nothing where another worker has it. A test is tried once."""
    if not _holds(tx, delivery):
        return
    _log(tx, delivery, outcome)
    is_test = delivery.activity_id is None
    delay = None if is_test or outcome.status == GONE else delay_after(delivery.attempts, outcome.retry_after)
    if outcome.is_good:
        _move(tx, delivery, "done", outcome, tx.now)
    elif delay is None:
        _move(tx, delivery, "dead", outcome, tx.now)
    else:
        _move(tx, delivery, "queued", outcome, clock.later(tx.now, delay))
    if outcome.status == GONE:
        _switch_off(tx, delivery.webhook_id)


def _holds(tx: Transaction, delivery: ClaimedDelivery) -> bool:
    lease = tx.value(
        """
        SELECT lease
          FROM webhook_deliveries
         WHERE workspace_id = :workspace_id
           AND id = :delivery_id
           AND state = 'sending'
        """,
        delivery_id=delivery.id,
    )
    return bool(lease == delivery.lease)


def _log(tx: Transaction, delivery: ClaimedDelivery, outcome: WebhookAnswer) -> None:
    """What was erased meanwhile may stand in the answer, too."""
    tx.run(
        """
        INSERT INTO webhook_attempts (workspace_id, delivery_id, url, signature, sent_at, milliseconds,
                                      status, problem, answer)
        SELECT d.workspace_id, d.id, :url, :signature, :sent_at, :milliseconds,
               :status, :problem, CASE WHEN c.erased_at IS NULL THEN :answer ELSE NULL END
          FROM webhook_deliveries d
          LEFT JOIN activity_contents c ON c.activity_id = d.activity_id
         WHERE d.workspace_id = :workspace_id
           AND d.id = :delivery_id
        """,
        delivery_id=delivery.id,
        url=outcome.url,
        signature=outcome.signature,
        sent_at=outcome.sent_at,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        problem=outcome.problem,
        answer=outcome.answer,
    )


def _move(
    tx: Transaction, delivery: ClaimedDelivery, state: str, outcome: WebhookAnswer, due_at: str
) -> None:
    tx.run(
        """
        UPDATE webhook_deliveries
           SET state = :state, due_at = :due_at, lease = NULL, status = :status, problem = :problem,
               settled_at = :settled_at
         WHERE workspace_id = :workspace_id
           AND id = :delivery_id
        """,
        delivery_id=delivery.id,
        state=state,
        due_at=due_at,
        status=outcome.status,
        problem=outcome.problem,
        settled_at=None if state == "queued" else tx.now,
    )


def _switch_off(tx: Transaction, webhook_id: int) -> None:
    """The receiver said that it is gone for good: a person must make it active again."""
    webhook = find_webhook(tx, webhook_id)
    if webhook is not None and webhook.active:
        set_facts(tx, webhook, {"active": False}, gone_at=tx.now)
