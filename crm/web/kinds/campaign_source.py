"""The words of sources of figures."""

from flask_babel import lazy_gettext as _

from crm.campaigns.sources.kind import CAMPAIGN_SOURCE as CAMPAIGN_SOURCE_KIND
from crm.web.kinds.kind_words import KindWords, Saying

CAMPAIGN_SOURCE = KindWords(
    kind=CAMPAIGN_SOURCE_KIND,
    one=_("Source of figures"),
    many=_("Sources of figures"),
    icon="chart-column",
    entries=True,
    labels={
        "platform": _("Platform"),
        "account": _("Account"),
        "options": _("Options"),
        "credentials": _("Credentials"),
        "currency": _("Currency"),
        "time_zone": _("Time zone"),
        "lookback_days": _("Days collected again"),
        "active": _("Active"),
    },
    sayings={
        "campaign_source.created": Saying(
            "chart-column", "good", _("%(who)s added the source of figures %(what)s"), details=False
        ),
        "campaign_source.changed": Saying(
            "pencil", "accent", _("%(who)s changed the source of figures %(what)s")
        ),
        "campaign_source.deleted": Saying(
            "trash-2", "bad", _("%(who)s deleted the source of figures %(what)s"), details=False
        ),
        "campaign_source.restored": Saying(
            "archive-restore", "good", _("%(who)s restored the source of figures %(what)s"), details=False
        ),
        "campaign_source.tested": Saying(
            "activity", "quiet", _("%(who)s had the source of figures %(what)s collected"), details=False
        ),
    },
)
