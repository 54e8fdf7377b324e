"""Many changes of clients in one transaction: all of them, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeVar, assert_never

from pydantic import Field

from crm.activity.operations import begin_operation
from crm.clients.client import Client, find_client
from crm.clients.clients import change_client, create_client
from crm.clients.fields import ClientChanges, Id, NewClient, PatchedClient, Tags
from crm.clients.keys import tag_key
from crm.clients.trash import delete_client, restore_client
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, FieldProblem, Invalid, NotFound
from crm.fields import Fields, UntilEnough, parse_fields

MOST = 1_000
BULK_VALUES = 60_000
Version = Annotated[int, Field(ge=1, le=2**63 - 1)]

O = TypeVar("O")  # noqa: E741 - an operation


class Creation(Fields):
    op: Literal["create"]
    fields: NewClient


class Update(Fields):
    op: Literal["update"]
    id: Id
    fields: PatchedClient
    version: Version | None = None


class Tagging(Fields):
    """Adds and removes tags, and leaves the others."""

    op: Literal["tag"]
    id: Id
    add: Tags = Field(default=[])
    remove: Tags = Field(default=[])


class Assignment(Fields):
    op: Literal["assign"]
    id: Id
    owner_id: Id | None


class Deletion(Fields):
    op: Literal["delete"]
    id: Id
    version: Version | None = None


class Restoration(Fields):
    op: Literal["restore"]
    id: Id


ClientOperation = Creation | Update | Tagging | Assignment | Deletion | Restoration


class ClientOperations(Fields):
    most_values: ClassVar[int] = BULK_VALUES
    operations: Annotated[
        list[Annotated[ClientOperation, Field(discriminator="op"), UntilEnough]],
        Field(min_length=1, max_length=MOST),
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The record that an operation left behind, at the index of the operation.

    `operation_id` is the same for all of one call: `/api/operations/{id}/undo` takes all of them back.
    """

    op: str
    id: int
    version: int
    operation_id: int | None = None


def change_many_clients(tx: Transaction, operations: Sequence[ClientOperation]) -> list[Outcome]:
    """In their order. Raises Invalid that names each operation which cannot be, by its index."""
    return run_all(begin_operation(tx), operations, run_operation)


def run_all(
    tx: Transaction, operations: Sequence[O], run: Callable[[Transaction, O], Outcome]
) -> list[Outcome]:
    """All or none; those after a failing one are tried too, so that all failures are told at once."""
    outcomes, problems = run_each(tx, operations, run)
    if problems:
        raise Invalid(*problems)
    return outcomes


def run_each(
    tx: Transaction, operations: Sequence[O], run: Callable[[Transaction, O], Outcome]
) -> tuple[list[Outcome], list[FieldProblem]]:
    """What was done, and what stood in the way of the others, named by their index."""
    outcomes: list[Outcome] = []
    problems: list[FieldProblem] = []
    for index, operation in enumerate(operations):
        try:
            with tx.savepoint():
                outcomes.append(run(tx, operation))
        except (Invalid, NotFound, Conflict) as error:
            problems += _problems_at(f"operations.{index}", error)
    return outcomes, problems


def with_tags(present: list[str], add: list[str], remove: list[str]) -> list[str]:
    gone = {tag_key(tag) for tag in remove}
    return [tag for tag in present if tag_key(tag) not in gone] + add


def _problems_at(place: str, error: CrmError) -> list[FieldProblem]:
    if isinstance(error, Invalid):
        return [FieldProblem(f"{place}.{each.field}", each.message) for each in error.problems]
    return [FieldProblem(f"{place}.id" if isinstance(error, NotFound) else place, error.message)]


def run_operation(tx: Transaction, operation: ClientOperation) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    match operation:
        case Creation():
            given = operation.fields
            client = create_client(tx, given, allow_duplicate=given.allow_duplicate)
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
            tags = with_tags(_present(tx, operation.id).tags, operation.add, operation.remove)
            client = change_client(tx, operation.id, parse_fields(ClientChanges, {"tags": tags}))
        case Assignment():
            owner = parse_fields(ClientChanges, {"owner_id": operation.owner_id})
            client = change_client(tx, operation.id, owner)
        case Deletion():
            delete_client(tx, operation.id, expected_version=operation.version)
            client = _present(tx, operation.id)
        case Restoration():
            client = restore_client(tx, operation.id)
        case _:
            assert_never(operation)
    return Outcome(operation.op, client.id, client.version, tx.actor.operation_id)


def _present(tx: Transaction, client_id: int) -> Client:
    client = find_client(tx, client_id)
    if client is None:
        raise NotFound("There is no such client.")
    return client
