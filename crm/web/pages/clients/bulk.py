"""One change for the ticked clients, or for all that match the list's filters."""

from crm.clients.selection import CLIENTS
from crm.web.lists.bulk import Bar, bulk_blueprint
from crm.web.lists.client_address import ClientAddress
from crm.web.words.formats import counted

blueprint = bulk_blueprint(
    Bar(
        CLIENTS,
        ClientAddress,
        own_action="status",
        counted=lambda count: counted("%(num)s client", "%(num)s clients", count),
        changed=lambda count: counted("%(num)s client changed.", "%(num)s clients changed.", count),
        restored=lambda count: counted("%(num)s client is back.", "%(num)s clients are back.", count),
        trashed=lambda count: counted(
            "%(num)s client is in the trash.", "%(num)s clients are in the trash.", count
        ),
    )
)
