"""Bulk actions on clients."""

from flask_babel import lazy_gettext

from crm.clients.kind import CLIENT
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.client_address import ClientAddress
from crm.web.words.formats import Plural

blueprint = bulk_blueprint(
    Bar(
        CLIENT,
        ClientAddress,
        counted=Plural("%(num)s client", "%(num)s clients"),
        changed=Plural("%(num)s client changed.", "%(num)s clients changed."),
        restored=Plural("%(num)s client restored.", "%(num)s clients restored."),
        none_deleted=lazy_gettext("No clients were deleted"),
        trashed=Plural("%(num)s client moved to the trash.", "%(num)s clients moved to the trash."),
    )
)
