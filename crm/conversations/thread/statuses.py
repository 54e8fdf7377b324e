"""Statuses of sent messages: they come late, twice and out of order, and only move forward."""

from crm.activity import activity
from crm.clients.spellings import is_same_number
from crm.conversations.thread.conversation import get_conversation, subject_of
from crm.conversations.thread.opening import learn, touch
from crm.conversations.transport.received import ReceivedStatus, Sender
from crm.db.transaction import Transaction

# Once delivered, a message cannot have failed; and that it failed does not undo a delivery reported before.
RANKS = {"queued": 0, "unknown": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}


def apply_status(tx: Transaction, event_id: int, received: ReceivedStatus) -> None:
    """Keep the report, and move the message forward if it is one of ours."""
    message_id = _message_of(tx, received)
    tx.run(
        """
        INSERT INTO message_statuses (workspace_id, event_id, message_id, external_id, name, code,
                                      problem, at, told, participant)
        VALUES (:workspace_id, :event_id, :message_id, :external_id, :name, :code,
                :problem, :at, :channel_word, :participant)
        """,
        event_id=event_id,
        message_id=message_id,
        external_id=received.external_id,
        name=received.name,
        code=received.code,
        problem=received.problem,
        at=received.at,
        channel_word=received.channel_word,
        participant=received.participant,
    )
    if message_id is not None:
        name_message(tx, message_id, received.external_id)
        advance(tx, message_id, received.name, received.problem, received.code)
        if received.recipient is not None:
            _learn_recipient(tx, message_id, received.recipient)


def _learn_recipient(tx: Transaction, message_id: int, who: Sender) -> None:
    """A receipt names the id with the phone, or the phone with the id: both belong to one person.

    The number that is written to stays as it is spelled; a receipt that names another one comes late.
    """
    known = get_conversation(
        tx,
        tx.value(
            "SELECT conversation_id FROM messages WHERE workspace_id = :workspace_id AND id = :message_id",
            message_id=message_id,
        ),
    )
    if known.phone is not None and who.phone is not None and is_same_number(known.phone, who.phone):
        learn(tx, known, Sender(None, who.user_id, None))
    elif known.phone is None and known.user_id is not None and known.user_id == who.user_id:
        learn(tx, known, Sender(who.phone, who.user_id, None))


def name_message(tx: Transaction, message_id: int, external_id: str) -> None:
    """Note the id that the channel gave the message, with the statuses that were reported under it before."""
    tx.run(
        """
        UPDATE messages
           SET external_id = :external_id
         WHERE workspace_id = :workspace_id
           AND id = :message_id
           AND external_id IS NULL
        """,
        message_id=message_id,
        external_id=external_id,
    )
    early = tx.all(
        """
        UPDATE message_statuses
           SET message_id = :message_id
         WHERE workspace_id = :workspace_id
           AND external_id = :external_id
           AND message_id IS NULL
        RETURNING name, problem, code
        """,
        message_id=message_id,
        external_id=external_id,
    )
    for status in early:
        advance(tx, message_id, status["name"], status["problem"], status["code"])


def advance(
    tx: Transaction, message_id: int, name: str, problem: str | None = None, code: int | None = None
) -> bool:
    """Whether the message moved forward to this status; its job in the outbox is finished with it."""
    old = tx.one(
        """
        SELECT status, conversation_id
          FROM messages
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=message_id,
    )
    if old is None or RANKS[name] <= RANKS[old["status"]]:
        return False
    tx.run(
        """
        UPDATE messages
           SET status = :name, problem = :problem
         WHERE workspace_id = :workspace_id
           AND id = :message_id
        """,
        message_id=message_id,
        name=name,
        problem=problem,
    )
    _finish_outbox(tx, message_id, "failed" if name == "failed" else "sent", problem, code)
    touch(tx, old["conversation_id"])
    if name == "failed":
        subject = subject_of(get_conversation(tx, old["conversation_id"]))
        activity.record(
            tx, "message.failed", "message", message_id, after={"problem": problem}, subject=subject
        )
    return True


def _finish_outbox(
    tx: Transaction, message_id: int, state: str, problem: str | None, code: int | None
) -> None:
    tx.run(
        """
        UPDATE outbox
           SET state = :state, problem = :problem, code = :code, settled_at = :now
         WHERE workspace_id = :workspace_id
           AND message_id = :message_id
           AND state <> :state
        """,
        message_id=message_id,
        state=state,
        problem=problem,
        code=code,
    )


def _message_of(tx: Transaction, received: ReceivedStatus) -> int | None:
    """By the channel's id, or by our token if the answer to the sending was lost."""
    by_id: int | None = tx.value(
        """
        SELECT id
          FROM messages
         WHERE workspace_id = :workspace_id
           AND external_id = :external_id
           AND direction = 'out'
        """,
        external_id=received.external_id,
    )
    if by_id is not None or received.token is None:
        return by_id
    by_token: int | None = tx.value(
        "SELECT message_id FROM outbox WHERE workspace_id = :workspace_id AND token = :token",
        token=received.token,
    )
    return by_token
