"""The words of touches: how people came."""

from flask_babel import lazy_gettext as _

from crm.attribution.kind import TOUCH as TOUCH_KIND
from crm.web.kinds.kind_words import KindWords, Saying
from crm.web.words.touches import origin_text

TOUCH = KindWords(
    kind=TOUCH_KIND,
    one=_("Touch"),
    many=_("Touches"),
    icon="target",
    labels={"origin": _("Origin"), "lead_id": _("Lead"), "campaign_id": _("Campaign")},
    shown={"origin": origin_text},
    sayings={
        "touch.created": Saying("target", "accent", _("Somebody came by an ad, a form or a link")),
        "touch.added": Saying("target", "accent", _("%(who)s added how a lead came")),
        "touch.withdrawn": Saying("target", "quiet", _("%(who)s took back how a lead came")),
    },
)
