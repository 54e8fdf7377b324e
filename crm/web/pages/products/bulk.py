"""Bulk actions on products."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.catalogue.kind import PRODUCT
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.product_address import ProductAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        PRODUCT,
        ProductAddress,
        tell_own=lambda _tx, change: str(_("Active") if change.value == "1" else _("No longer active")),
        counted=lambda count: counted("%(num)s product", "%(num)s products", count),
        changed=lambda count: counted("%(num)s product changed.", "%(num)s products changed.", count),
        restored=lambda count: counted("%(num)s product restored.", "%(num)s products restored.", count),
        none_deleted=lazy_gettext("No products were deleted"),
        trashed=lambda count: counted(
            "%(num)s product moved to the trash.", "%(num)s products moved to the trash.", count
        ),
    )
)
