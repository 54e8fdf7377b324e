"""The words of vehicles."""

from flask_babel import lazy_gettext as _

from crm.catalogue.kind import VEHICLE as VEHICLE_KIND
from crm.catalogue.vehicle_filters import SORTS
from crm.web.kinds.destination import Destination
from crm.web.kinds.kind_words import (
    Figure,
    KindWords,
    ListWords,
    Saying,
    as_it_is,
    exported_saying,
    usual_sayings,
)
from crm.web.lists.vehicle_address import VehicleAddress
from crm.web.words.formats import Plural
from crm.web.words.times import day_text
from crm.web.words.vehicles import STATUSES, costs_text, pictures_text

VEHICLE = KindWords(
    kind=VEHICLE_KIND,
    one=_("Vehicle"),
    many=_("Vehicles"),
    this=_("this vehicle"),
    some=_("a vehicle"),
    icon="car",
    record="vehicle_record.show",
    place=Destination(
        "vehicles.list_all", "car", _("Inventory"), "vehicles.read", "g v", ("vehicles.", "vehicle_")
    ),
    create=Destination("vehicle_form.show_new", "car", _("New vehicle"), "vehicles.write", "v"),
    list=ListWords(
        "vehicles.list_all",
        VehicleAddress,
        SORTS,
        found="vehicles/found.html",
        figures=(Figure(_("Vehicles in stock"), {"status": "in_stock"}),),
    ),
    entries=True,
    on_home=True,
    labels={
        "stock_number": _("Stock number"),
        "vin": _("VIN"),
        "year": _("Year"),
        "make": _("Make"),
        "model": _("Model"),
        "trim": _("Trim"),
        "body": _("Body"),
        "fuel": _("Fuel"),
        "transmission": _("Transmission"),
        "mileage": _("Mileage"),
        "mileage_unit": _("Unit of mileage"),
        "colour": _("Colour"),
        "condition": _("Condition"),
        "first_registration": _("First registration"),
        "cost": _("Cost"),
        "price": _("Price"),
        "location": _("Location"),
        "description": _("Description"),
        "stocked_on": _("In stock since"),
        "sold_on": _("Sold on"),
        "reconditioning": _("Reconditioning"),
        "picture_ids": _("Pictures"),
        "reason": _("Reason"),
    },
    values={name: word for name, word in STATUSES.items() if name != "pending"}
    | {"pending": _("On a deal"), "km": _("km"), "mi": _("mi")},
    shown={
        **dict.fromkeys(
            ("stock_number", "vin", "make", "model", "trim", "body", "fuel", "transmission", "colour"),
            as_it_is,
        ),
        **dict.fromkeys(("year", "condition", "location", "description", "reason"), as_it_is),
        **dict.fromkeys(("first_registration", "stocked_on", "sold_on"), day_text),
        "reconditioning": costs_text,
        "picture_ids": pictures_text,
    },
    counted={
        "vehicle.created": Plural("%(who)s added %(num)s vehicle", "%(who)s added %(num)s vehicles"),
        "vehicle.changed": Plural("%(who)s changed %(num)s vehicle", "%(who)s changed %(num)s vehicles"),
        "vehicle.deleted": Plural("%(who)s deleted %(num)s vehicle", "%(who)s deleted %(num)s vehicles"),
        "vehicle.restored": Plural("%(who)s restored %(num)s vehicle", "%(who)s restored %(num)s vehicles"),
    },
    counted_changes={
        "vehicle.changed": Plural(
            "%(who)s changed the %(field)s of %(num)s vehicle",
            "%(who)s changed the %(field)s of %(num)s vehicles",
        ),
    },
    sayings=usual_sayings("vehicle", "car")
    | exported_saying("vehicle", _("%(who)s exported vehicles"))
    | {
        "vehicle.shared": Saying("send", "accent", _("%(who)s made a public link to the stock")),
        "vehicle.unshared": Saying("ban", "bad", _("%(who)s revoked a public link to the stock")),
        "vehicle.held": Saying("hourglass", "warn", _("%(who)s put %(what)s on a deal"), details=False),
        "vehicle.released": Saying("undo-2", "accent", _("%(who)s took %(what)s off a deal"), details=False),
        "vehicle.sold": Saying("trophy", "good", _("%(who)s sold %(what)s"), details=False),
        "vehicle.returned": Saying(
            "rotate-ccw", "warn", _("%(who)s returned %(what)s to stock"), untold=("status",)
        ),
    },
)
