"""Bulk changes of clients in one transaction: all or none."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, assert_never

from pydantic import Field

from crm.activity.operations import begin_operation
from crm.clients.client import CLIENT_RECORD, find_client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import ClientChanges, NewClient, PatchedClient
from crm.clients.trash import delete_client, restore_client
from crm.db.transaction import Transaction
from crm.fields import Fields, Id, UntilEnough, parse_fields
from crm.records.bulk import (
    BULK_VALUES,
    MOST,
    Assignment,
    Deletion,
    Outcome,
    Restoration,
    Tagging,
    Version,
    run_all,
    with_tags,
)
from crm.records.skeleton import existing


class Creation(Fields):
    op: Literal["create"]
    fields: NewClient


class Update(Fields):
    op: Literal["update"]
    id: Id
    fields: PatchedClient
    version: Version | None = None


ClientOperation = Creation | Update | Tagging | Assignment | Deletion | Restoration


class ClientOperations(Fields):
    most_values: ClassVar[int] = BULK_VALUES
    operations: Annotated[
        list[Annotated[ClientOperation, Field(discriminator="op"), UntilEnough]],
        Field(min_length=1, max_length=MOST),
    ]


def change_many_clients(tx: Transaction, operations: Sequence[ClientOperation]) -> list[Outcome]:
    """The operations in order. Raises Invalid that names each invalid one by its index."""
    return run_all(begin_operation(tx), operations, run_operation)


def run_operation(tx: Transaction, operation: ClientOperation) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    match operation:
        case Creation():
            given = operation.fields
            client = create_client(tx, given, allow_duplicate=given.allow_duplicate, complete=True)
        case Update():
            patch = operation.fields
            client = change_client(
                tx,
                operation.id,
                patch,
                expected_version=operation.version,
                allow_duplicate=patch.allow_duplicate,
            )
        case Tagging():
            client = existing(CLIENT_RECORD, find_client(tx, operation.id))
            tags = with_tags(client.tags, operation.add, operation.remove)
            client = change_client(tx, operation.id, parse_fields(ClientChanges, {"tags": tags}))
        case Assignment():
            owner = parse_fields(ClientChanges, {"owner_id": operation.owner_id})
            client = change_client(tx, operation.id, owner)
        case Deletion():
            delete_client(tx, operation.id, expected_version=operation.version)
            client = existing(CLIENT_RECORD, find_client(tx, operation.id))
        case Restoration():
            client = restore_client(tx, operation.id)
        case _:
            assert_never(operation)
    return Outcome(operation.op, client.id, client.version, tx.actor.operation_id)
