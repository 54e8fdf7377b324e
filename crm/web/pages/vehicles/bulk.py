"""Bulk actions on vehicles."""

from flask_babel import lazy_gettext

from crm.catalogue.kind import VEHICLE
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.vehicle_address import VehicleAddress
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        VEHICLE,
        VehicleAddress,
        counted=Plural("%(num)s vehicle", "%(num)s vehicles"),
        changed=Plural("%(num)s vehicle changed.", "%(num)s vehicles changed."),
        restored=Plural("%(num)s vehicle restored.", "%(num)s vehicles restored."),
        none_deleted=lazy_gettext("No vehicles were deleted"),
        trashed=Plural("%(num)s vehicle moved to the trash.", "%(num)s vehicles moved to the trash."),
    )
)
