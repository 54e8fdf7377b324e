"""One change for the ticked clients, or for all that match the list's filters."""

from flask_babel import ngettext

from crm.clients.selection import CLIENTS
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.client_address import ClientAddress

blueprint = bulk_blueprint(
    Bar(
        CLIENTS,
        ClientAddress,
        own_action="status",
        counted=lambda count: ngettext("%(num)d client", "%(num)d clients", count),
        changed=lambda count: ngettext("%(num)d client changed.", "%(num)d clients changed.", count),
        restored=lambda count: ngettext("%(num)d client is back.", "%(num)d clients are back.", count),
        trashed=lambda count: ngettext(
            "%(num)d client is in the trash.", "%(num)d clients are in the trash.", count
        ),
    )
)
