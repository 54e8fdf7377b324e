"""Bulk actions on quotes."""

from flask_babel import lazy_gettext

from crm.documents.kind import QUOTE
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.quote_address import QuoteAddress
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        QUOTE,
        QuoteAddress,
        counted=Plural("%(num)s quote", "%(num)s quotes"),
        changed=Plural("%(num)s quote changed.", "%(num)s quotes changed."),
        restored=Plural("%(num)s quote restored.", "%(num)s quotes restored."),
        none_deleted=lazy_gettext("No quotes were deleted"),
        trashed=Plural("%(num)s quote moved to the trash.", "%(num)s quotes moved to the trash."),
    )
)
