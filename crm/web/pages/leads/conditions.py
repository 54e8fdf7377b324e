"""The builder of the conditions of the list of leads."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.lead_list import LEAD_LIST

blueprint = condition_blueprint(
    ConditionPage(
        kind=LEAD_LIST.kind,
        address=LEAD_LIST.address,
        title=lambda: _("Leads"),
        choices=lambda tx, wanted: LEAD_LIST.choices(tx, wanted, LEAD_LIST.extras(tx)),
    )
)
