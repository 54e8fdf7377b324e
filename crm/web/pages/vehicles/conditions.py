"""The builder of the conditions of the list of vehicles."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.vehicle_list import VEHICLE_LIST

blueprint = condition_blueprint(
    ConditionPage(
        kind=VEHICLE_LIST.kind,
        address=VEHICLE_LIST.address,
        title=lambda: _("Inventory"),
        choices=lambda tx, wanted: VEHICLE_LIST.choices(tx, wanted, {}),
    )
)
