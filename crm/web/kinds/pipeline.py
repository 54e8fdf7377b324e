"""The words of pipelines, stages and lead types."""

from flask_babel import lazy_gettext as _

from crm.leads.kind import LEAD_TYPE as LEAD_TYPE_KIND
from crm.leads.kind import PIPELINE as PIPELINE_KIND
from crm.leads.kind import STAGE as STAGE_KIND
from crm.web.kinds.kind_words import KindWords, Saying
from crm.web.words.times import moment_text

PIPELINE = KindWords(
    kind=PIPELINE_KIND,
    one=_("Pipeline"),
    many=_("Pipelines"),
    icon="route",
    entries=True,
    labels={"is_default": _("Default"), "archived_at": _("Archived"), "stages": _("Stages")},
    shown={"archived_at": moment_text},
    sayings={
        "pipeline.created": Saying(
            "route", "good", _("%(who)s created the pipeline %(what)s"), details=False
        ),
        "pipeline.changed": Saying("route", "accent", _("%(who)s changed the pipeline %(what)s")),
        "pipeline.deleted": Saying("route", "bad", _("%(who)s deleted the pipeline %(what)s")),
        "pipeline.restored": Saying("route", "good", _("%(who)s restored the pipeline %(what)s")),
    },
)

STAGE = KindWords(
    kind=STAGE_KIND,
    one=_("Stage"),
    many=_("Stages"),
    icon="route",
    labels={
        "colour": _("Colour"),
        "probability": _("Probability"),
        "stale_days": _("Inactive after days"),
        "position": _("Position"),
    },
    sayings={
        "stage.created": Saying("route", "good", _("%(who)s added the stage %(what)s"), details=False),
        "stage.changed": Saying("route", "accent", _("%(who)s changed the stage %(what)s")),
        "stage.deleted": Saying("route", "bad", _("%(who)s deleted the stage %(what)s")),
        "stage.restored": Saying("route", "good", _("%(who)s restored the stage %(what)s")),
    },
)

LEAD_TYPE = KindWords(
    kind=LEAD_TYPE_KIND,
    one=_("Lead type"),
    many=_("Lead types"),
    icon="tag",
    labels={"lead_type": _("Lead type")},
    sayings={
        "lead_type.created": Saying("tag", "good", _("%(who)s added a lead type")),
        "lead_type.deleted": Saying("tag", "bad", _("%(who)s removed a lead type")),
        "lead_type.restored": Saying("tag", "good", _("%(who)s restored a lead type")),
    },
)
