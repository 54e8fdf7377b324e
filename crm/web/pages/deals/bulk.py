"""Bulk actions on deals."""

from flask_babel import lazy_gettext

from crm.deals.kind import DEAL
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.deal_address import DealAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        DEAL,
        DealAddress,
        counted=lambda count: counted("%(num)s deal", "%(num)s deals", count),
        changed=lambda count: counted("%(num)s deal changed.", "%(num)s deals changed.", count),
        restored=lambda count: counted("%(num)s deal restored.", "%(num)s deals restored.", count),
        none_deleted=lazy_gettext("No deals were deleted"),
        trashed=lambda count: counted(
            "%(num)s deal moved to the trash.", "%(num)s deals moved to the trash.", count
        ),
    )
)
