"""Bulk actions on quotes."""

from flask_babel import lazy_gettext

from crm.documents.kind import QUOTE
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.quote_address import QuoteAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        QUOTE,
        QuoteAddress,
        counted=lambda count: counted("%(num)s quote", "%(num)s quotes", count),
        changed=lambda count: counted("%(num)s quote changed.", "%(num)s quotes changed.", count),
        restored=lambda count: counted("%(num)s quote restored.", "%(num)s quotes restored.", count),
        none_deleted=lazy_gettext("No quotes were deleted"),
        trashed=lambda count: counted(
            "%(num)s quote moved to the trash.", "%(num)s quotes moved to the trash.", count
        ),
    )
)
