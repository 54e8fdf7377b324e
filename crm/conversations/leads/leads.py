"""The leads that conversations are about."""

from typing import Any

import orjson

from crm.attribution.touches import adopt_touches
from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.opening import touch
from crm.conversations.transport.ids import ConversationId
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.fields import parse_fields
from crm.leads.fields import LeadFields
from crm.leads.ids import LeadId
from crm.leads.lead import Lead, get_lead
from crm.leads.leads import create_lead
from crm.records.seen import only_seen


def current_lead(tx: Transaction, conversation_id: int) -> int | None:
    """The open lead that the conversation's messages are about, if there is one."""
    found: int | None = tx.value(
        """
        SELECT l.id
          FROM conversation_leads cl
          JOIN leads l ON l.workspace_id = cl.workspace_id AND l.id = cl.lead_id
         WHERE cl.workspace_id = :workspace_id
           AND cl.conversation_id = :conversation_id
           AND cl.is_current = 1
           AND l.deleted_at IS NULL
           AND l.closed_at IS NULL
        """,
        conversation_id=conversation_id,
    )
    return found


def ensure_lead(tx: Transaction, conversation: Conversation, fields: LeadFields) -> tuple[Lead, bool]:
    """The conversation's current lead, or a new one; and whether it is new. Raises Invalid."""
    found = current_lead(tx, conversation.id)
    if found is not None:
        return get_lead(tx, found), False
    lead = create_lead(tx, fields, came_with={"conversation_id": conversation.id})
    link_lead(tx, conversation.id, lead.id)
    if conversation.referral is not None:
        give_referral(tx, lead.id, conversation.referral)
    adopt_touches(tx, conversation.id, lead.id)
    return get_lead(tx, lead.id), True


def give_referral(tx: Transaction, lead_id: int, referral: dict[str, Any]) -> None:
    """Store the ad that brought the lead, unless it has one."""
    tx.run(
        """
        UPDATE leads
           SET referral = :referral
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
           AND referral IS NULL
        """,
        lead_id=lead_id,
        referral=orjson.dumps(referral).decode(),
    )


def begin_lead(tx: Transaction, conversation_id: int, kinds: ChannelKinds = CHANNEL_KINDS) -> Lead:
    """A lead for what it is about now. Raises NotFound, and Conflict while there is an open one."""
    conversation = get_conversation(tx, conversation_id)
    if current_lead(tx, conversation_id) is not None:
        raise Conflict("The conversation already has an open lead.")
    source = kinds[conversation.medium].label
    title = conversation.client_name or conversation.name or conversation.phone or source
    fields = {"title": title, "client_id": conversation.client_id, "source": source}
    return ensure_lead(tx, conversation, parse_fields(LeadFields, fields))[0]


def link_lead(tx: Transaction, conversation_id: ConversationId, lead_id: LeadId) -> None:
    """Make this the conversation's lead; the schema allows only one."""
    tx.run(
        """
        UPDATE conversation_leads
           SET is_current = 0
         WHERE workspace_id = :workspace_id
           AND conversation_id = :conversation_id
           AND is_current = 1
        """,
        conversation_id=conversation_id,
    )
    tx.run(
        """
        INSERT INTO conversation_leads (workspace_id, conversation_id, lead_id, is_current, created_at)
        VALUES (:workspace_id, :conversation_id, :lead_id, 1, :now)
            ON CONFLICT (workspace_id, conversation_id, lead_id) DO UPDATE SET is_current = 1
        """,
        conversation_id=conversation_id,
        lead_id=lead_id,
    )
    touch(tx, conversation_id)


MOST_LEADS = 50


def leads_of(tx: Transaction, conversation_id: int) -> list[Row]:
    """`id`, `title`, `stage_name`, `is_current`, `is_open` of the client's live leads.

    Those of the conversation come first, the current one before all.
    """
    return tx.all(
        f"""
        SELECT l.id, l.title, s.name AS stage_name, COALESCE(cl.is_current, 0) AS is_current,
               l.closed_at IS NULL AS is_open
          FROM leads l
          JOIN stages s ON s.workspace_id = l.workspace_id AND s.id = l.stage_id
          LEFT JOIN conversation_leads cl ON cl.workspace_id = l.workspace_id
                                         AND cl.conversation_id = :conversation_id
                                         AND cl.lead_id = l.id
         WHERE l.workspace_id = :workspace_id
           AND l.deleted_at IS NULL
           {only_seen(tx, "lead", "l")}
           AND l.id IN (SELECT own.lead_id
                          FROM conversation_leads own
                         WHERE own.workspace_id = :workspace_id
                           AND own.conversation_id = :conversation_id
                         UNION
                        SELECT of_client.id
                          FROM conversations c
                          JOIN leads of_client ON of_client.workspace_id = c.workspace_id
                                              AND of_client.client_id = c.client_id
                                              AND of_client.deleted_at IS NULL
                         WHERE c.workspace_id = :workspace_id
                           AND c.id = :conversation_id)
         ORDER BY COALESCE(cl.is_current, 0) DESC, cl.lead_id IS NULL, l.id DESC
         LIMIT :most
        """,
        conversation_id=conversation_id,
        most=MOST_LEADS,
    )


def plain_lead(fields: LeadFields, **changes: Any) -> LeadFields:
    """Only the lead's fields, without those that a richer model adds."""
    given = {name: getattr(fields, name) for name in LeadFields.model_fields}
    return LeadFields.model_construct(**{**given, **changes})
