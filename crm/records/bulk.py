"""What is done to many records at once: the operations, and what a kind says of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import orjson
from pydantic import Field

from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, FieldProblem, Invalid, NotFound
from crm.fields import Fields, Id, Tags, parse_fields, whole_number
from crm.records.keys import tag_key

MOST = 1_000
BULK_VALUES = 60_000
Version = Annotated[int, Field(ge=1, le=2**63 - 1)]

O = TypeVar("O")  # noqa: E741 - an operation


class Creation(Fields):
    """`fields` are those of a new record of the kind."""

    op: Literal["create"]
    fields: Any


class Update(Fields):
    """`fields` are the changes of a record of the kind."""

    op: Literal["update"]
    id: Id
    fields: Any
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


class Operations(Fields):
    """What one call asks for; each kind knows its own operations."""

    most_values: ClassVar[int] = BULK_VALUES
    operations: Any


CUSTOM = "custom."


@dataclass(frozen=True, slots=True)
class Change:
    """`value` is the status, the stage's or the owner's id (empty for none), or the tag; some need none."""

    action: str
    value: str = ""

    @property
    def number(self) -> int | None:
        """Raises Invalid if it is not a number."""
        number = whole_number(self.value)
        if number is None and self.value:
            raise Invalid.field("change", "must be a number")
        return number

    @property
    def is_custom(self) -> bool:
        """Whether it is of a custom field: the action is then its name, and the value is JSON."""
        return self.action.startswith(CUSTOM)

    @property
    def custom(self) -> dict[str, Any]:
        """The value by the key of its field. Raises Invalid."""
        try:
            return {self.action.removeprefix(CUSTOM): orjson.loads(self.value)}
        except orjson.JSONDecodeError:
            raise Invalid.field("change", "is not valid JSON") from None


@dataclass(frozen=True, slots=True)
class Bulk:
    """What can be done to many records of a kind, beside deleting and restoring them.

    `changes` is the model of what `change` takes, `new` of what `create` takes. `owner` is the field that
    says whose a record is. `own` are the actions that the bar of this list alone has, each with the operation
    on a record that it means; `others` the operations of this kind alone, with what runs each: it returns
    the record. `named` begins the names of its models where that is not the kind's name.
    """

    changes: type[Fields]
    change: Callable[..., Any]
    new: type[Fields] | None = None
    create: Callable[[Transaction, Any], Any] | None = None
    owner: str | None = None
    own: Mapping[str, Callable[[int, Change], Fields]] = field(default_factory=dict)
    others: Mapping[type[Fields], Callable[[Transaction, Any], Any]] = field(default_factory=dict)
    named: str | None = None


def sets(
    changes: type[Fields], name: str, read: Callable[[str], Any] = str
) -> Callable[[int, Change], Update]:
    """The operation that gives one field the value of the bar."""

    def operation(record_id: int, change: Change) -> Update:
        fields = parse_fields(changes, {name: read(change.value)})
        return Update(op="update", id=record_id, fields=fields)

    return operation


@dataclass(frozen=True, slots=True)
class Outcome:
    """The record that an operation left behind, at the index of the operation.

    `operation_id` is the same for all of one call: `/api/operations/{id}/undo` takes all of them back.
    """

    op: str
    id: int
    version: int
    operation_id: int | None = None


def run_all(
    tx: Transaction, operations: Sequence[O], run: Callable[[Transaction, O], Outcome]
) -> list[Outcome]:
    """All or none; those after a failing one are still tried, so that the answer lists all failures."""
    outcomes, problems = run_each(tx, operations, run)
    if problems:
        raise Invalid(*problems)
    return outcomes


def run_each(
    tx: Transaction, operations: Sequence[O], run: Callable[[Transaction, O], Outcome]
) -> tuple[list[Outcome], list[FieldProblem]]:
    """What was done, and the failures of the others by their index."""
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
    if isinstance(error, Conflict) and error.problems:
        return [FieldProblem(f"{place}.{each.field}", error.message) for each in error.problems]
    return [FieldProblem(f"{place}.id" if isinstance(error, NotFound) else place, error.message)]
