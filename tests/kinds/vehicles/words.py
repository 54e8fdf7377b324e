"""How vehicles are called and shown."""

from flask_babel import lazy_gettext as _

from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import Figure, KindWords, ListWords, usual_sayings
from crm.web.lists.list_address import ListAddress
from tests.kinds.vehicles.kind import VEHICLE as VEHICLE_KIND
from tests.kinds.vehicles.vehicles import SORTS, VehicleFilter


class VehicleAddress(VehicleFilter, ListAddress):
    endpoint = "vehicles.list_all"


VEHICLE = KindWords(
    kind=VEHICLE_KIND,
    one=_("Vehicle"),
    many=_("Vehicles"),
    this=_("this vehicle"),
    some=_("a vehicle"),
    icon="target",
    record="vehicle_record.show",
    list=ListWords("vehicles.list_all", VehicleAddress, SORTS, figures=(Figure(_("Vehicles")),)),
    place=Destination("vehicles.list_all", "target", _("Vehicles"), "vehicles.read"),
    entries=True,
    on_home=True,
    labels={"name": _("Name"), "plate": _("Plate"), "client_id": _("Client")},
    sayings=usual_sayings("vehicle", "target"),
)
