"""Tells of a problem in which column of the file its value stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from crm.custom_fields.custom_field import PREFIX
from crm.imports.mapping import Column
from crm.imports.record import Problem
from crm.imports.targets import OF_LEAD

FILLED_BY: Mapping[str, tuple[str, ...]] = {
    "owner_id": ("owner", "lead_owner"),
    "emails": ("email",),
    "phones": ("phone",),
    "source": ("lead_source",),
    "tags": ("lead_tags",),
    "currency": ("lead_currency",),
    "title": ("lead_title",),
    "value": ("lead_value",),
    "expected_close": ("lead_close",),
    "lost_reason": ("lead_lost_reason",),
    "details": ("lead_details",),
    "type": ("lead_type",),
}
"""The columns from which a field is filled, where they are called otherwise."""


def placed(columns: Sequence[Column], problems: Iterable[Problem]) -> list[Problem]:
    """A field that one column fills is told by that column; others keep their name."""
    return [_placed(columns, problem) for problem in problems]


def _placed(columns: Sequence[Column], problem: Problem) -> Problem:
    if problem.column is not None or problem.header is None:
        return problem
    name = problem.header
    known = {name, *FILLED_BY.get(name, ())}
    if name.startswith(PREFIX):
        known.add(OF_LEAD + name.removeprefix(PREFIX))
    found = [column for column in columns if column.field in known]
    if len(found) != 1:
        return problem
    return replace(problem, header=found[0].header or f"{found[0].place + 1}", column=found[0].place)
