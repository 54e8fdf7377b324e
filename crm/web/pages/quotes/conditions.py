"""The builder of the conditions of the list of quotes."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.quote_list import QUOTE_LIST

blueprint = condition_blueprint(
    ConditionPage(
        kind=QUOTE_LIST.kind,
        address=QUOTE_LIST.address,
        title=lambda: _("Quotes"),
        choices=lambda tx, wanted: QUOTE_LIST.choices(tx, wanted, {}),
    )
)
