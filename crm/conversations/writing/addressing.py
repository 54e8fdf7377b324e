"""Writing to a phone number, whoever has it."""

from dataclasses import asdict, dataclass

from crm.conversations.channel_kinds import BY_PHONE
from crm.conversations.leads.leads import ensure_lead
from crm.conversations.phone_numbers import read_phone
from crm.conversations.thread.opening import open_conversation
from crm.conversations.transport.received import Sender
from crm.conversations.writing.fields import WhatsAppMessage, Words
from crm.conversations.writing.writing import Written, write_message
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import parse_fields
from crm.leads.fields import LeadFields


@dataclass(frozen=True, slots=True)
class WrittenToPhone(Written):
    lead_id: int | None


def write_to_phone(tx: Transaction, given: WhatsAppMessage) -> WrittenToPhone:
    """The message, its conversation and what is to be sent; with a lead, the client and the lead too.

    Raises Invalid naming the field, and Conflict with `wa_me` where no number is connected.
    """
    if given.create_lead and given.customer_name is None:
        raise Invalid.field("customerName", "is required with createLead")
    if given.message is None and given.template is None and given.file_id is None:
        raise Invalid.field("message", "is required")
    words = parse_fields(
        Words,
        {
            "text": given.message,
            "template": given.template.model_dump() if given.template else None,
            "file_id": given.file_id,
        },
    )
    number = read_phone(tx, given.to, "to")
    who = Sender(number, None, given.customer_name)
    conversation = open_conversation(tx, who, make_client=given.create_lead).conversation
    try:
        written = write_message(tx, conversation, words, channel_id=given.channel_id)
    except Invalid as error:
        raise error.renamed({"text": "message"}) from None
    lead_id = None
    if given.create_lead:
        fields = {"title": given.customer_name, "client_id": conversation.client_id, "source": BY_PHONE.label}
        lead_id = ensure_lead(tx, conversation, parse_fields(LeadFields, fields))[0].id
    return WrittenToPhone(**asdict(written), lead_id=lead_id)
