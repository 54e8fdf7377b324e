"""The builder of the conditions of the list of clients."""

from flask_babel import gettext as _

from crm.web.lists.client_list import CLIENT_LIST
from crm.web.lists.condition_page import ConditionPage, condition_blueprint

blueprint = condition_blueprint(
    ConditionPage(
        kind=CLIENT_LIST.kind,
        address=CLIENT_LIST.address,
        title=lambda: _("Clients"),
        choices=lambda tx, wanted: CLIENT_LIST.choices(tx, wanted, CLIENT_LIST.extras(tx)),
    )
)
