"""Bulk changes of any kind, as its description says."""

from collections.abc import Sequence
from functools import cache, partial, reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field, create_model

from crm.activity.operations import begin_operation
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import Fields, UntilEnough, parse_fields
from crm.records.bulk import (
    MOST,
    Assignment,
    Bulk,
    Change,
    Creation,
    Deletion,
    Operations,
    Outcome,
    Restoration,
    Tagging,
    Update,
    run_all,
    with_tags,
)
from crm.records.kind import Kind, Lookup, Trash
from crm.records.skeleton import existing


@cache
def operation_models(kind: Kind) -> tuple[type[Fields], ...]:
    """The operations on records of the kind, each by its `op`."""
    bulk = bulk_of(kind)
    named = kind.name.capitalize() if bulk.named is None else bulk.named
    made: list[type[Fields]] = []
    if bulk.new is not None:
        made.append(create_model(f"{named}Creation", __base__=Creation, fields=bulk.new))
    made.append(create_model(f"{named}Update", __base__=Update, fields=bulk.changes))
    if "tags" in kind.parts:
        made.append(Tagging)
    if bulk.owner:
        made.append(Assignment)
    return (*made, *bulk.others, Deletion, Restoration)


@cache
def operations_of(kind: Kind) -> type[Operations]:
    """The model of what one call of the API may ask for."""
    return operations_model(f"{kind.name.capitalize()}Operations", operation_models(kind))


def operations_model(name: str, models: Sequence[type[Fields]]) -> type[Operations]:
    one: Any = Annotated[reduce(or_, models), Field(discriminator="op"), UntilEnough]
    many: Any = Annotated[list[one], Field(min_length=1, max_length=MOST)]
    return create_model(name, __base__=Operations, operations=many)


def change_many(tx: Transaction, kind: Kind, operations: Sequence[Any]) -> list[Outcome]:
    """The operations in order. Raises Invalid that names each invalid one by its index."""
    return run_all(begin_operation(tx), operations, partial(run_operation, kind))


def run_operation(kind: Kind, tx: Transaction, operation: Any) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    own = bulk_of(kind).others.get(type(operation))
    record = own(tx, operation) if own else _run(kind, tx, operation)
    return Outcome(operation.op, record.id, record.version, tx.actor.operation_id)


def operation_on(kind: Kind, record_id: int, change: Change) -> Fields:
    """What the bar of the list asks for. Raises Invalid."""
    bulk = bulk_of(kind)
    own = bulk.own.get(change.action)
    if change.is_custom and kind.customized is not None:
        own = partial(_with_custom, bulk)
    if own is not None:
        return own(record_id, change)
    match change.action:
        case "owner" if bulk.owner:
            return parse_fields(Assignment, {"op": "assign", "id": record_id, "owner_id": change.number})
        case "tag" if "tags" in kind.parts:
            return parse_fields(Tagging, {"op": "tag", "id": record_id, "add": [change.value]})
        case "untag" if "tags" in kind.parts:
            return parse_fields(Tagging, {"op": "tag", "id": record_id, "remove": [change.value]})
        case "delete":
            return Deletion(op="delete", id=record_id)
        case "restore":
            return Restoration(op="restore", id=record_id)
        case _:
            raise Invalid.field("change", "is not a bulk action")


def _with_custom(bulk: Bulk, record_id: int, change: Change) -> Update:
    fields = parse_fields(bulk.changes, {"custom": change.custom})
    return Update(op="update", id=record_id, fields=fields)


def bulk_of(kind: Kind) -> Bulk:
    if kind.bulk is None:
        raise TypeError(f"{kind.name} is not changed many at once")
    return kind.bulk


def _run(kind: Kind, tx: Transaction, operation: Any) -> Any:
    """The record as it is then."""
    bulk, (lookup, trash) = bulk_of(kind), _found_and_deleted(kind)
    match operation:
        case Creation() if bulk.create is not None:
            return bulk.create(tx, operation.fields)
        case Update():
            return bulk.change(tx, operation.id, operation.fields, expected_version=operation.version)
        case Tagging():
            tags = with_tags(_find(lookup, tx, operation.id).tags, operation.add, operation.remove)
            return bulk.change(tx, operation.id, parse_fields(bulk.changes, {"tags": tags}))
        case Assignment() if bulk.owner is not None:
            changes = parse_fields(bulk.changes, {bulk.owner: operation.owner_id})
            return bulk.change(tx, operation.id, changes)
        case Deletion():
            trash.delete(tx, operation.id, expected_version=operation.version)
            return _find(lookup, tx, operation.id)
        case Restoration():
            return trash.restore(tx, operation.id)
    raise TypeError(f"{type(operation).__name__} is not done to records of the kind {kind.name}")


def _find(lookup: Lookup, tx: Transaction, record_id: int) -> Any:
    """Raises NotFound; one in the trash is found."""
    return existing(lookup.record, (lookup.find or lookup.get)(tx, record_id))


def _found_and_deleted(kind: Kind) -> tuple[Lookup, Trash]:
    if kind.lookup is None or kind.trash is None:
        raise TypeError(f"{kind.name} cannot be found or deleted")
    return kind.lookup, kind.trash
