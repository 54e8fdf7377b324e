"""One change for the ticked clients, or for all that match the list's filters."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from crm.clients.selection import CLIENTS
from crm.web.auth import permit
from crm.web.lists.bulk import Bar, change_all, change_chosen, tell_change
from crm.web.lists.client_address import ClientAddress
from crm.web.requests.reading import query

blueprint = Blueprint("client_bulk", __name__, url_prefix="/clients/bulk")

BAR = Bar(
    CLIENTS,
    own_action="status",
    removal="clients.delete",
    steps="client_bulk.change_every",
    counted=lambda count: ngettext("%(num)d client", "%(num)d clients", count),
    changed=lambda count: ngettext("%(num)d client changed.", "%(num)d clients changed.", count),
    restored=lambda count: ngettext("%(num)d client is back.", "%(num)d clients are back.", count),
    trashed=lambda count: ngettext(
        "%(num)d client is in the trash.", "%(num)d clients are in the trash.", count
    ),
    tell=tell_change,
)


@blueprint.post("")
@permit("clients.write")
def change_some() -> ResponseReturnValue:
    wanted = query(ClientAddress)
    return change_chosen(BAR, wanted, wanted)


@blueprint.post("/all")
@permit("clients.write")
def change_every() -> ResponseReturnValue:
    wanted = query(ClientAddress)
    return change_all(BAR, wanted, wanted)
