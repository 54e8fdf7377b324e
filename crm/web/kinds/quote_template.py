"""The words of templates of quotes."""

from flask_babel import lazy_gettext as _

from crm.documents.quote_template_kind import QUOTE_TEMPLATE as QUOTE_TEMPLATE_KIND
from crm.web.kinds.kind_words import KindWords, Saying

QUOTE_TEMPLATE = KindWords(
    kind=QUOTE_TEMPLATE_KIND,
    one=_("Quote template"),
    many=_("Quote templates"),
    icon="copy",
    sayings={
        "quote_template.created": Saying("copy", "good", _("%(who)s saved a quote template")),
        "quote_template.deleted": Saying("copy", "warn", _("%(who)s removed a quote template")),
        "quote_template.restored": Saying("copy", "good", _("%(who)s restored a quote template")),
    },
)
