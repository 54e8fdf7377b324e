"""Whether a customer wants marketing: what they say is a consent of their client, once there is one."""

from crm.clients.consent_fields import TOPICS, topic_of
from crm.clients.consents import Said, keep_consent
from crm.db.transaction import Transaction

MARKETING = "marketing"
SOURCE = "conversation"


def stopped_at(conversation: str) -> str:
    """The SQL expression of since when the customer wants no marketing. The client's present consent goes
    before what was said in the conversation, as another one, or a colleague, may know better by now.

    `conversation` is the alias of the table.
    """
    of = f"""client_consents said
             WHERE said.workspace_id = :workspace_id
               AND said.client_id = {conversation}.client_id
               AND said.topic = {conversation}.medium || '_marketing'
               AND said.is_present = 1"""
    return f"""CASE WHEN EXISTS (SELECT 1 FROM {of} AND said.state = 'opted_in') THEN NULL
            ELSE COALESCE((SELECT max(said.at) FROM {of} AND said.state = 'opted_out'),
                          {conversation}.marketing_stopped_at)
        END"""


def keep_wish(tx: Transaction, medium: str, client_id: int | None, at: str, *, marketing: bool) -> None:
    """With the client, if it is one whose channel has consents."""
    topic = topic_of(medium, MARKETING)
    if client_id is not None and topic in TOPICS:
        keep_consent(tx, client_id, Said(topic, "opted_in" if marketing else "opted_out", SOURCE, at))


def carry_wish(tx: Transaction, conversation_id: int) -> None:
    """To the client whom the conversation has now, what was said in it before."""
    row = tx.one(
        """
        SELECT v.medium, v.client_id, v.marketing_stopped_at
          FROM conversations v
         WHERE v.workspace_id = :workspace_id
           AND v.id = :conversation_id
           AND v.client_id IS NOT NULL
           AND v.marketing_stopped_at IS NOT NULL
           AND NOT EXISTS (SELECT 1
                             FROM client_consents said
                            WHERE said.workspace_id = :workspace_id
                              AND said.client_id = v.client_id
                              AND said.topic = v.medium || '_marketing'
                              AND said.at >= v.marketing_stopped_at)
        """,
        conversation_id=conversation_id,
    )
    if row is not None:
        keep_wish(tx, row["medium"], row["client_id"], row["marketing_stopped_at"], marketing=False)
