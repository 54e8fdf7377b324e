"""The builder of the conditions of the list of products."""

from flask_babel import gettext as _

from crm.web.lists.condition_page import ConditionPage, condition_blueprint
from crm.web.lists.product_list import PRODUCT_LIST

blueprint = condition_blueprint(
    ConditionPage(
        kind=PRODUCT_LIST.kind,
        address=PRODUCT_LIST.address,
        title=lambda: _("Products"),
        choices=lambda tx, wanted: PRODUCT_LIST.choices(tx, wanted, {}),
    )
)
