"""Bulk actions on the list of clients."""

from crm.clients.bulk import ClientOperation, Update, run_operation
from crm.clients.fields import PatchedClient
from crm.clients.filters import ClientFilter
from crm.clients.kind import CLIENT
from crm.fields import parse_fields
from crm.records.many import Change, Records, usual_operation


def _operation(client_id: int, change: Change) -> ClientOperation:
    if change.action == "status":
        fields = parse_fields(PatchedClient, {"status": change.value})
        return Update(op="update", id=client_id, fields=fields)
    return usual_operation(client_id, change)


CLIENTS: Records[ClientFilter] = Records(CLIENT, _operation, run_operation)
