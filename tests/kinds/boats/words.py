"""How boats are called and shown."""

from flask_babel import lazy_gettext as _

from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import Figure, KindWords, ListWords, usual_sayings
from crm.web.lists.list_address import ListAddress
from tests.kinds.boats.boats import SORTS, BoatFilter
from tests.kinds.boats.kind import BOAT as BOAT_KIND


class BoatAddress(BoatFilter, ListAddress):
    endpoint = "boats.list_all"


BOAT = KindWords(
    kind=BOAT_KIND,
    one=_("Boat"),
    many=_("Boats"),
    this=_("this boat"),
    some=_("a boat"),
    icon="target",
    record="boat_record.show",
    list=ListWords("boats.list_all", BoatAddress, SORTS, figures=(Figure(_("Boats")),)),
    place=Destination("boats.list_all", "target", _("Boats"), "boats.read"),
    entries=True,
    on_home=True,
    labels={"name": _("Name"), "plate": _("Plate"), "client_id": _("Client")},
    sayings=usual_sayings("boat", "target"),
)
