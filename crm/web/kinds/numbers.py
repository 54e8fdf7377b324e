"""The words of number series and their numbers."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from crm.numbers.kind import NUMBER as NUMBER_KIND
from crm.numbers.kind import NUMBER_SERIES as NUMBER_SERIES_KIND
from crm.web.kinds.kind_words import KindWords, Saying, as_it_is

SERIES_NAMES: Mapping[str, LazyString] = {
    "deal": _("Deals"),
    "stock": _("Stock"),
    "quote": _("Quotes"),
    "invoice": _("Invoices"),
}
RESETS: Mapping[str, LazyString] = {"yearly": _("Begin anew each year"), "never": _("Run on")}

NUMBER_SERIES = KindWords(
    kind=NUMBER_SERIES_KIND,
    one=_("Number series"),
    many=_("Numbers"),
    icon="list-filter",
    entries=True,
    labels={"format": _("Format"), "reset": _("Each year"), "start": _("First number")},
    shown={"format": as_it_is, "reset": lambda value: RESETS.get(str(value), value)},
    sayings={
        "number_series.changed": Saying(
            "list-filter", "accent", _("%(who)s changed how numbers are written")
        ),
    },
)

NUMBER = KindWords(
    kind=NUMBER_KIND, one=_("Number"), many=_("Numbers"), icon="list-filter", labels={}, sayings={}
)
