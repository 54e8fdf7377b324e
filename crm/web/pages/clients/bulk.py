"""Bulk actions on clients."""

from flask_babel import lazy_gettext

from crm.clients.kind import CLIENT
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.client_address import ClientAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        CLIENT,
        ClientAddress,
        counted=lambda count: counted("%(num)s client", "%(num)s clients", count),
        changed=lambda count: counted("%(num)s client changed.", "%(num)s clients changed.", count),
        restored=lambda count: counted("%(num)s client restored.", "%(num)s clients restored.", count),
        none_deleted=lazy_gettext("No clients were deleted"),
        trashed=lambda count: counted(
            "%(num)s client moved to the trash.", "%(num)s clients moved to the trash.", count
        ),
    )
)
