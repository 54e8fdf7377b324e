"""The words of webhooks."""

from flask_babel import lazy_gettext as _

from crm.web.kinds.kind_words import KindWords, Saying, as_it_is
from crm.webhooks.kind import WEBHOOK as WEBHOOK_KIND

WEBHOOK = KindWords(
    kind=WEBHOOK_KIND,
    one=_("Webhook"),
    many=_("Webhooks"),
    icon="send",
    entries=True,
    labels={
        "url": _("Address"),
        "kinds": _("Kinds of record"),
        "verbs": _("Events"),
        "active": _("Active"),
        "former_until": _("Former secret signs until"),
        "deliveries": _("Deliveries"),
    },
    shown={"url": as_it_is},
    sayings={
        "webhook.created": Saying("send", "good", _("%(who)s added the webhook %(what)s"), details=False),
        "webhook.changed": Saying("pencil", "accent", _("%(who)s changed the webhook %(what)s")),
        "webhook.deleted": Saying("trash-2", "bad", _("%(who)s deleted the webhook %(what)s"), details=False),
        "webhook.restored": Saying(
            "archive-restore", "good", _("%(who)s restored the webhook %(what)s"), details=False
        ),
        "webhook.tested": Saying(
            "activity", "quiet", _("%(who)s tested the webhook %(what)s"), details=False
        ),
        "webhook.replayed": Saying(
            "repeat", "accent", _("%(who)s sent events to the webhook %(what)s again")
        ),
        "webhook.secret_replaced": Saying(
            "key-round", "accent", _("%(who)s replaced the secret of the webhook %(what)s")
        ),
    },
)
