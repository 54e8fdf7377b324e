"""Bulk actions on vehicles."""

from flask_babel import lazy_gettext

from crm.catalogue.kind import VEHICLE
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.vehicle_address import VehicleAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        VEHICLE,
        VehicleAddress,
        counted=lambda count: counted("%(num)s vehicle", "%(num)s vehicles", count),
        changed=lambda count: counted("%(num)s vehicle changed.", "%(num)s vehicles changed.", count),
        restored=lambda count: counted("%(num)s vehicle restored.", "%(num)s vehicles restored.", count),
        none_deleted=lazy_gettext("No vehicles were deleted"),
        trashed=lambda count: counted(
            "%(num)s vehicle moved to the trash.", "%(num)s vehicles moved to the trash.", count
        ),
    )
)
