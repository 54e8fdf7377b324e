"""The words of channels, templates and quick replies."""

from flask_babel import lazy_gettext as _

from crm.conversations.kind import CHANNEL as CHANNEL_KIND
from crm.conversations.kind import EVENT as EVENT_KIND
from crm.conversations.kind import QUICK_REPLY as QUICK_REPLY_KIND
from crm.conversations.kind import TEMPLATE as TEMPLATE_KIND
from crm.web.kinds.kind_words import KindWords, Saying

CHANNEL = KindWords(
    kind=CHANNEL_KIND,
    one=_("Channel"),
    many=_("Channels"),
    icon="smartphone",
    sayings={
        "channel.connected": Saying("smartphone", "good", _("%(who)s connected a number")),
        "channel.changed": Saying("smartphone", "accent", _("%(who)s changed a number")),
        "channel.disconnected": Saying("smartphone", "warn", _("%(who)s disconnected a number")),
    },
)

EVENT = KindWords(
    kind=EVENT_KIND,
    one=_("Event"),
    many=_("Events"),
    icon="repeat",
    sayings={
        "event.replayed": Saying("repeat", "quiet", _("%(who)s retried an event")),
    },
)

TEMPLATE = KindWords(
    kind=TEMPLATE_KIND,
    one=_("Template"),
    many=_("Templates"),
    icon="message-square-text",
    sayings={
        "template.created": Saying("message-square-text", "good", _("%(who)s added a template")),
        "template.changed": Saying("message-square-text", "accent", _("A template changed at WhatsApp")),
        "template.deleted": Saying("message-square-text", "warn", _("%(who)s removed a template")),
        "template.restored": Saying("message-square-text", "good", _("%(who)s restored a template")),
    },
)

QUICK_REPLY = KindWords(
    kind=QUICK_REPLY_KIND,
    one=_("Quick reply"),
    many=_("Quick replies"),
    icon="sparkles",
    sayings={
        "quick_reply.created": Saying("sparkles", "good", _("%(who)s added a quick reply")),
        "quick_reply.deleted": Saying("sparkles", "warn", _("%(who)s removed a quick reply")),
        "quick_reply.restored": Saying("sparkles", "good", _("%(who)s restored a quick reply")),
    },
)
