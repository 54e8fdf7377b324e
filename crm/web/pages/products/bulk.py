"""Bulk actions on products."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.catalogue.kind import PRODUCT
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.product_address import ProductAddress
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        PRODUCT,
        ProductAddress,
        tell_own=lambda _tx, change: str(_("Active") if change.value == "1" else _("No longer active")),
        counted=Plural("%(num)s product", "%(num)s products"),
        changed=Plural("%(num)s product changed.", "%(num)s products changed."),
        restored=Plural("%(num)s product restored.", "%(num)s products restored."),
        none_deleted=lazy_gettext("No products were deleted"),
        trashed=Plural("%(num)s product moved to the trash.", "%(num)s products moved to the trash."),
    )
)
