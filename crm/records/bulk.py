"""What bulk changes of all kinds share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, FieldProblem, Invalid, NotFound
from crm.fields import Fields, Id, Tags
from crm.records.keys import tag_key

MOST = 1_000
BULK_VALUES = 60_000
Version = Annotated[int, Field(ge=1, le=2**63 - 1)]

O = TypeVar("O")  # noqa: E741 - an operation


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
