"""What is done to many clients at once."""

from crm.clients.client import Client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import NewClient, PatchedClient
from crm.db.transaction import Transaction
from crm.records.bulk import Bulk, sets


def _create(tx: Transaction, given: NewClient) -> Client:
    return create_client(tx, given, allow_duplicate=given.allow_duplicate, complete=True)


def _change(
    tx: Transaction, client_id: int, given: PatchedClient, *, expected_version: int | None = None
) -> Client:
    return change_client(
        tx, client_id, given, expected_version=expected_version, allow_duplicate=given.allow_duplicate
    )


BULK = Bulk(
    PatchedClient,
    _change,
    new=NewClient,
    create=_create,
    owner="owner_id",
    own={"status": sets(PatchedClient, "status")},
    named="",
)
