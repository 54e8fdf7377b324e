"""The words of connections to advertising platforms."""

from flask_babel import lazy_gettext as _

from crm.campaigns.connections.kind import AD_CONNECTION as AD_CONNECTION_KIND
from crm.web.kinds.kind_words import KindWords, Saying
from crm.web.words.consents import purposes_text

AD_CONNECTION = KindWords(
    kind=AD_CONNECTION_KIND,
    one=_("Connection to a platform"),
    many=_("Connections to platforms"),
    icon="target",
    entries=True,
    labels={
        "purpose": _("Purpose"),
        "account": _("Account"),
        "options": _("Options"),
        "credentials": _("Credentials"),
        "form_id": _("Web form"),
        "consent_text": _("Consent"),
        "consent_purposes": _("What the consent is for"),
        "active": _("Active"),
        "arrival": _("Number in the log"),
        "conversion": _("Number in the log"),
    },
    shown={"consent_purposes": purposes_text},
    sayings={
        "ad_connection.created": Saying(
            "target", "good", _("%(who)s connected the platform %(what)s"), details=False
        ),
        "ad_connection.changed": Saying(
            "pencil", "accent", _("%(who)s changed the connection to the platform %(what)s")
        ),
        "ad_connection.deleted": Saying(
            "trash-2", "bad", _("%(who)s deleted the connection to the platform %(what)s"), details=False
        ),
        "ad_connection.restored": Saying(
            "archive-restore",
            "good",
            _("%(who)s restored the connection to the platform %(what)s"),
            details=False,
        ),
        "ad_connection.replayed": Saying(
            "repeat", "accent", _("%(who)s had a lead of %(what)s fetched again"), details=False
        ),
        "ad_connection.told_again": Saying(
            "repeat", "accent", _("%(who)s had a won lead told to %(what)s again"), details=False
        ),
        "ad_connection.counted": Saying(
            "check", "good", _("%(who)s noted that %(what)s counted a won lead"), details=False
        ),
    },
)
