"""What can be done to many clients at once from their list."""

from crm.clients.bulk import ClientOperation, Update, run_operation
from crm.clients.client import find_client
from crm.clients.fields import PatchedClient
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.many import Change, Records, usual_operation


def _page(tx: Transaction, wanted: ClientFilter, cursor: str | None, limit: int) -> Page[int]:
    page = list_clients(tx, wanted, sort="created_at", limit=limit, cursor=cursor)
    return Page([client.id for client in page.rows], page.next)


def _newest(tx: Transaction, wanted: ClientFilter) -> int:
    return max(
        (client.id for client in list_clients(tx, wanted, sort="-created_at", limit=1).rows), default=0
    )


def _count(tx: Transaction, wanted: ClientFilter) -> int:
    return count_clients(tx, wanted, limit=None).total


def _name(tx: Transaction, client_id: int) -> str | None:
    client = find_client(tx, client_id)
    return client.name if client else None


def _operation(client_id: int, change: Change) -> ClientOperation:
    if change.action == "status":
        fields = parse_fields(PatchedClient, {"status": change.value})
        return Update(op="update", id=client_id, fields=fields)
    return usual_operation(client_id, change)


CLIENTS = Records(_page, _newest, _count, _name, _operation, run_operation)
