"""The values of a row as fields of a record: one that does not fit is reported and left out, never cut."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from crm.errors import Conflict, CrmError, Invalid, Sentence
from crm.fields import Fields, name_key, parse_fields, whole_number
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
            wrong = {_entry_of(problem.field): problem.message for problem in error.problems}
            names = {name for name, _ in wrong}
            if not names <= given.keys() or names & set(essential):
                raise
            for (name, place), message in sorted(wrong.items(), reverse=True):
                add_problem(record, message, _taken_out(given, name, place), name)


def _entry_of(field: str) -> tuple[str, int]:
    """`emails.2.email` is the entry 2 of emails; -1 stands for the whole."""
    name, _, rest = field.partition(".")
    place = whole_number(rest.partition(".")[0])
    return name, -1 if place is None else place


def _taken_out(given: dict[str, Any], name: str, place: int) -> str:
    """What was there. Of a list of parts one entry alone."""
    held = given.get(name)
    if place < 0 or not isinstance(held, list) or not isinstance(held[place], Mapping):
        return str(given.pop(name, ""))
    given[name] = [*held[:place], *held[place + 1 :]]
    return ", ".join(str(value) for value in held[place].values() if value)


def add_problem(record: Record, message: str, value: str, column: str | None = None) -> None:
    record.problems.append(Problem(record.row, message, column, value[:LONGEST_SHOWN]))


def refusal_of_row(record: Record, error: CrmError) -> Problem:
    """What is told of a row that is left out: the field that is to blame, if one is."""
    fields = error.problems if isinstance(error, (Invalid, Conflict)) else ()
    message = fields[0].message if isinstance(error, Invalid) else error.message
    column = fields[0].field if fields else None
    return Problem(record.row, message, column, record.name[:LONGEST_SHOWN], left_out=True)


def owner_of(
    owners: Mapping[str, int], word: str | None, record: Record, field: str = "owner_id"
) -> int | None:
    """The user with this name or e-mail. An import creates no users."""
    found = owners.get(name_key(word)) if word else None
    if word and found is None:
        add_problem(record, NOBODY, word, field)
    return found
