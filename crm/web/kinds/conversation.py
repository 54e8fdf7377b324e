"""The words of conversations and messages."""

from flask_babel import lazy_gettext as _

from crm.conversations.kind import CONVERSATION as CONVERSATION_KIND
from crm.conversations.kind import MESSAGE as MESSAGE_KIND
from crm.web.kinds.kind_words import KindWords, Saying

CONVERSATION = KindWords(
    kind=CONVERSATION_KIND,
    one=_("Conversation"),
    many=_("Conversations"),
    on_home=True,
    icon="message-circle",
    sayings={
        "conversation.created": Saying("message-circle", "good", _("A conversation started"), details=False),
        "conversation.reopened": Saying("undo-2", "quiet", _("The conversation was reopened"), details=False),
        "conversation.closed": Saying(
            "circle-check", "quiet", _("%(who)s closed the conversation"), details=False
        ),
        "conversation.snoozed": Saying(
            "clock", "quiet", _("%(who)s snoozed the conversation"), details=False
        ),
        "conversation.assigned": Saying(
            "user-check", "accent", _("%(who)s changed the assignee of the conversation")
        ),
        "conversation.linked": Saying("user", "accent", _("%(who)s linked the conversation to a client")),
        "conversation.marketing_stopped": Saying(
            "ban", "warn", _("The customer wants no more marketing"), details=False
        ),
        "conversation.marketing_resumed": Saying(
            "circle-check", "good", _("The customer wants marketing again"), details=False
        ),
    },
)

MESSAGE = KindWords(
    kind=MESSAGE_KIND,
    one=_("Message"),
    many=_("Messages"),
    icon="message-circle",
    sayings={
        "message.received": Saying(
            "message-circle", "news", _("The customer wrote: %(said)s"), details=False
        ),
        "message.written": Saying("send", "accent", _("%(who)s wrote: %(said)s"), details=False),
        "message.noted": Saying(
            "sticky-note", "warn", _("%(who)s added an internal note: %(said)s"), details=False
        ),
        "message.noticed": Saying("info", "quiet", _("WhatsApp: %(said)s"), details=False),
        "message.edited": Saying("pencil", "quiet", _("A message was edited: %(said)s"), details=False),
        "message.revoked": Saying("trash-2", "quiet", _("A message was deleted in WhatsApp"), details=False),
        "message.failed": Saying("circle-alert", "bad", _("A message could not be sent")),
        "message.sent_again": Saying("repeat", "quiet", _("%(who)s sent a message again")),
    },
)
