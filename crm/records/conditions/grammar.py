"""The form of `?filter=`: JSON with groups of conditions, read and bounded here.

`{"all": [{"field": "city", "op": "is", "value": "Berlin"}, {"any": [...]}]}`: each group says whether all or
any of its conditions must hold. Which fields and operators there are is another question: `compiling.py`.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field

from crm.errors import FieldProblem, Invalid, Sentence

MOST_CHARACTERS = 2_000
MOST_CONDITIONS = 20
MOST_DEPTH = 3
ROOT = "filter"
GROUPS = ("all", "any")
Join = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition; `place` names it in refusals, such as `filter.all[1]`."""

    place: str
    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """`among` hold all, or any of them does."""

    place: str
    join: Join
    among: "tuple[Criterion | Group, ...]"


Node = Criterion | Group


def parse_filter(text: str) -> Group:
    """Raises Invalid naming what is wrong by its place, such as `filter.all[1].op`."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid.field(ROOT, Sentence("may have at most {n} characters", n=MOST_CHARACTERS))
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid.field(ROOT, "is not valid JSON") from None
    if isinstance(given, dict) and "field" in given:
        given = {"all": [given]}
    problems: list[FieldProblem] = []
    root = _node(given, ROOT, 1, problems)
    if isinstance(root, Group) and (found := count_criteria(root)) > MOST_CONDITIONS:
        refusal = Sentence("may have at most {most} conditions, not {n}", most=MOST_CONDITIONS, n=found)
        problems.append(FieldProblem(ROOT, refusal))
    if problems or not isinstance(root, Group):
        raise Invalid(*problems)
    return root


def criteria_of(group: Group) -> list[Criterion]:
    """In the order in which they are written."""
    found: list[Criterion] = []
    for each in group.among:
        found += criteria_of(each) if isinstance(each, Group) else [each]
    return found


def count_criteria(group: Group) -> int:
    return len(criteria_of(group))


def as_plain(node: Node) -> dict[str, Any]:
    """As it is written in JSON."""
    if isinstance(node, Group):
        return {node.join: [as_plain(each) for each in node.among]}
    value = {} if node.value is None else {"value": node.value}
    return {"field": node.field, "op": node.op, **value}


def as_text(group: Group) -> str:
    """Always spelt the same, so that two addresses of one list are equal."""
    return orjson.dumps(as_plain(group)).decode()


def _node(given: Any, place: str, depth: int, problems: list[FieldProblem]) -> Node | None:
    if not isinstance(given, dict):
        problems.append(FieldProblem(place, "must be an object"))
        return None
    joins = [join for join in GROUPS if join in given]
    if not joins and place != ROOT:
        return _criterion(given, place, problems)
    if len(given) != 1 or not joins:
        problems.append(FieldProblem(place, "must have one key, “all” or “any”"))
        return None
    return _group(joins[0], given[joins[0]], f"{place}.{joins[0]}", depth, problems)


def _group(join: Any, listed: Any, place: str, depth: int, problems: list[FieldProblem]) -> Group | None:
    if depth > MOST_DEPTH:
        refusal = Sentence("groups may be nested at most {n} deep", n=MOST_DEPTH)
        problems.append(FieldProblem(place, refusal))
        return None
    if not isinstance(listed, list) or not listed:
        problems.append(FieldProblem(place, "must be a list of at least one condition"))
        return None
    found = [_node(each, f"{place}[{at}]", depth + 1, problems) for at, each in enumerate(listed)]
    return Group(place, join, tuple(each for each in found if each is not None))


def _criterion(given: dict[str, Any], place: str, problems: list[FieldProblem]) -> Criterion | None:
    before = len(problems)
    for name in ("field", "op"):
        if name not in given:
            problems.append(FieldProblem(f"{place}.{name}", "is required"))
        elif not isinstance(given[name], str):
            problems.append(FieldProblem(f"{place}.{name}", "must be text"))
    unknown = sorted(given.keys() - {"field", "op", "value"})
    problems += [FieldProblem(f"{place}.{name}", "is not a known field") for name in unknown]
    if len(problems) > before:
        return None
    return Criterion(place, given["field"], given["op"].strip().lower().replace(" ", "_"), given.get("value"))


def _spelt_alike(text: str) -> str:
    return as_text(parse_filter(text))


FILTER = (
    'Conditions in groups, as JSON: {"all": [{"field": "city", "op": "is", "value": "Berlin"}, {"any": '
    '[{"field": "tags", "op": "is_empty"}, {"field": "created_at", "op": "is", "value": "last 30 days"}]}]}. '
    "It must hold beside the other parameters. Groups may be nested 3 deep, with 20 conditions in all. The "
    "developer's manual lists fields and operators"
)
FilterText = Annotated[
    str,
    Field(description=FILTER, json_schema_extra={"maxLength": MOST_CHARACTERS}),
    AfterValidator(_spelt_alike),
]
"""Raises Invalid itself, which names the place inside."""
