"""The values of a row as fields of a record: one that does not fit is reported and left out, never cut."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from crm.errors import Invalid, Sentence
from crm.fields import Fields, name_key, parse_fields
from crm.imports.record import Problem, Record

M = TypeVar("M", bound=Fields)
NOBODY = Sentence("There is no user with this name or e-mail; the record has no owner.")
LONGEST_SHOWN = 200


def fitting(model: type[M], values: Mapping[str, Any], record: Record, essential: Collection[str]) -> M:
    """Values that do not fit are left out and reported. Raises Invalid if an essential value does not fit."""
    given = dict(values)
    while True:
        try:
            return parse_fields(model, given)
        except Invalid as error:
            wrong = {problem.field.partition(".")[0]: problem.message for problem in error.problems}
            if not wrong.keys() <= given.keys() or wrong.keys() & set(essential):
                raise
            for name, message in wrong.items():
                add_problem(record, message, str(given.pop(name)), name)


def add_problem(record: Record, message: str, value: str, column: str | None = None) -> None:
    record.problems.append(Problem(record.row, message, column, value[:LONGEST_SHOWN]))


def owner_of(owners: Mapping[str, int], word: str | None, record: Record) -> int | None:
    """The user with this name or e-mail. An import creates no users."""
    found = owners.get(name_key(word)) if word else None
    if word and found is None:
        add_problem(record, NOBODY, word)
    return found
