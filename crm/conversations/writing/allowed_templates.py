"""Which templates may be sent to a customer."""

from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.filling import refuse_unfilled
from crm.conversations.templates.templates import APPROVED, MessageTemplate, find_template, may_be_marketing
from crm.conversations.thread.conversation import Conversation
from crm.conversations.transport.channel_kind import ChannelKind
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence


def refuse_template(tx: Transaction, conversation: Conversation, kind: ChannelKind, use: TemplateUse) -> None:
    """Raises Invalid for one that the channel took back, or will, and for marketing to who wants none."""
    if not kind.has_templates:
        raise Invalid.field("template", "is not supported by this channel")
    if conversation.marketing_stopped_at is not None and may_be_marketing(tx, use.name, use.language):
        raise Invalid.field("template", _opted_out(find_template(tx, use)))
    known = find_template(tx, use)
    if known is None:
        return
    if known.status != APPROVED:
        raise Invalid.field("template", Sentence("is no longer approved: {status}", status=known.status))
    refuse_unfilled(known, use)


def _opted_out(template: MessageTemplate | None) -> str:
    if template is not None and template.category is not None:
        return "is marketing, and the customer has opted out of marketing"
    return "may be marketing, as its category is not known, and the customer has opted out of marketing"
