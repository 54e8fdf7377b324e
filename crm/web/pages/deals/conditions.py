"""The builder of the conditions of the list of deals."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.deal_list import DEAL_LIST

blueprint = condition_blueprint(
    ConditionPage(
        kind=DEAL_LIST.kind,
        address=DEAL_LIST.address,
        title=lambda: _("Deals"),
        choices=lambda tx, wanted: DEAL_LIST.choices(tx, wanted, {}),
    )
)
