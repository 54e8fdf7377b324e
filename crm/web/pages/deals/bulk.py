"""Bulk actions on deals."""

from flask_babel import lazy_gettext

from crm.deals.kind import DEAL
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.deal_address import DealAddress
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        DEAL,
        DealAddress,
        counted=Plural("%(num)s deal", "%(num)s deals"),
        changed=Plural("%(num)s deal changed.", "%(num)s deals changed."),
        restored=Plural("%(num)s deal restored.", "%(num)s deals restored."),
        none_deleted=lazy_gettext("No deals were deleted"),
        trashed=Plural("%(num)s deal moved to the trash.", "%(num)s deals moved to the trash."),
    )
)
