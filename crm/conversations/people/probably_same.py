"""Conversations and clients that are probably one person: marked, until somebody links or merges them."""

from collections.abc import Iterable

from crm.clients.ids import ClientId
from crm.conversations.transport.ids import ConversationId
from crm.db.transaction import Row, Transaction
from crm.records.seen import only_seen

SAME_ADDRESS = "one message named both"
SAME_PHONE = "the same phone number"
SAME_NAME = "the same name"


def mark_conversations(tx: Transaction, conversation_id: int, others: Iterable[int], reason: str) -> None:
    for other_id in sorted(set(others) - {conversation_id}):
        first, second = sorted((conversation_id, other_id))
        _mark(tx, first, reason, other_id=second)


def mark_client(tx: Transaction, conversation_id: ConversationId, client_id: ClientId, reason: str) -> None:
    _mark(tx, conversation_id, reason, client_id=client_id)


def _mark(
    tx: Transaction,
    conversation_id: int,
    reason: str,
    *,
    other_id: int | None = None,
    client_id: int | None = None,
) -> None:
    tx.run(
        """
        INSERT INTO conversation_twins (workspace_id, conversation_id, other_id, client_id, reason,
                                        created_at)
        VALUES (:workspace_id, :conversation_id, :other_id, :client_id, :reason, :now)
            ON CONFLICT DO NOTHING
        """,
        conversation_id=conversation_id,
        other_id=other_id,
        client_id=client_id,
        reason=reason,
    )


def mark_same_name(tx: Transaction, conversation_id: int, medium: str) -> None:
    """A new customer without a phone may be the only other one with the same name and no phone."""
    rows = tx.all(
        """
        SELECT other.id
          FROM conversations mine
          JOIN conversations other ON other.workspace_id = mine.workspace_id
                                  AND other.name = mine.name
                                  AND other.medium = :medium
                                  AND other.user_id IS NOT NULL
                                  AND other.id <> mine.id
         WHERE mine.workspace_id = :workspace_id
           AND mine.id = :conversation_id
           AND mine.phone IS NULL
         LIMIT 2
        """,
        conversation_id=conversation_id,
        medium=medium,
    )
    if len(rows) == 1:
        mark_conversations(tx, conversation_id, [rows[0]["id"]], SAME_NAME)


def clients_probably_same(tx: Transaction, client_id: int) -> list[Row]:
    """`id` and `name` of other clients who are probably the same person, by their conversations."""
    return tx.all(
        f"""
        SELECT DISTINCT c.id, c.name
          FROM conversation_twins t
          JOIN conversations a      ON a.workspace_id = t.workspace_id AND a.id = t.conversation_id
          LEFT JOIN conversations b ON b.workspace_id = t.workspace_id AND b.id = t.other_id
          JOIN clients c            ON c.workspace_id = t.workspace_id
                                   AND c.id IN (a.client_id, b.client_id, t.client_id)
         WHERE t.workspace_id = :workspace_id
           AND :client_id IN (a.client_id, b.client_id, t.client_id)
           AND c.id <> :client_id
           AND c.deleted_at IS NULL
           {only_seen(tx, "client", "c")}
         ORDER BY c.id
         LIMIT 20
        """,
        client_id=client_id,
    )


def probably_same_as(tx: Transaction, conversation_id: int) -> list[Row]:
    """`conversation_id`, `client_id`, `name` and `reason` of who it is probably one with.

    Those that have one client by now are left out, and clients in the trash.
    """
    return tx.all(
        f"""
        SELECT v.id AS conversation_id, v.client_id, COALESCE(c.name, v.name, v.phone, v.user_id) AS name,
               t.reason
          FROM conversation_twins t
          JOIN conversations mine ON mine.workspace_id = t.workspace_id AND mine.id = :conversation_id
          JOIN conversations v    ON v.workspace_id = t.workspace_id
                                 AND v.id = CASE WHEN t.conversation_id = :conversation_id THEN t.other_id
                                                 ELSE t.conversation_id END
          LEFT JOIN clients c     ON c.workspace_id = v.workspace_id AND c.id = v.client_id
         WHERE t.workspace_id = :workspace_id
           AND t.other_id IS NOT NULL
           AND (t.conversation_id = :conversation_id OR t.other_id = :conversation_id)
           AND (mine.client_id IS NULL OR v.client_id IS NULL OR mine.client_id <> v.client_id)
           {only_seen(tx, "conversation", "v")}
        UNION ALL
        SELECT NULL AS conversation_id, c.id AS client_id, c.name, t.reason
          FROM conversation_twins t
          JOIN conversations mine ON mine.workspace_id = t.workspace_id AND mine.id = t.conversation_id
          JOIN clients c          ON c.workspace_id = t.workspace_id AND c.id = t.client_id
         WHERE t.workspace_id = :workspace_id
           AND t.conversation_id = :conversation_id
           AND c.deleted_at IS NULL
           {only_seen(tx, "client", "c")}
           AND (mine.client_id IS NULL OR mine.client_id <> c.id)
        """,
        conversation_id=conversation_id,
    )
