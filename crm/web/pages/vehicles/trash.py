"""The trash of vehicles."""

from flask import url_for
from flask_babel import lazy_gettext as _

from crm.catalogue.kind import VEHICLE
from crm.web.lists.page import trash_blueprint
from crm.web.lists.vehicle_list import VEHICLE_LIST
from crm.web.records.removal import Removal, add_removal

blueprint = trash_blueprint(VEHICLE_LIST)
add_removal(
    blueprint,
    Removal(
        kind=VEHICLE,
        after=lambda _vehicle: url_for("vehicles.list_all"),
        at=lambda vehicle: url_for("vehicle_record.show", vehicle_id=vehicle.id),
        removed=_("%(name)s was moved to the trash."),
    ),
    "/<id:vehicle_id>",
    VEHICLE.may("delete"),
)
