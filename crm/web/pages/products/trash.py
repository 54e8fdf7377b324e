"""The trash of products."""

from flask import url_for
from flask_babel import lazy_gettext as _

from crm.catalogue.kind import PRODUCT
from crm.web.lists.page import trash_blueprint
from crm.web.lists.product_list import PRODUCT_LIST
from crm.web.records.removal import Removal, add_removal

blueprint = trash_blueprint(PRODUCT_LIST)
add_removal(
    blueprint,
    Removal(
        kind=PRODUCT,
        after=lambda _product: url_for("products.list_all"),
        at=lambda product: url_for("product_record.show", product_id=product.id),
        removed=_("%(name)s was moved to the trash."),
    ),
    "/<id:product_id>",
    PRODUCT.may("delete"),
)
