"""Conditions as the filters of a list: one way for all kinds, by the description of their fields.

Names of columns come from the descriptions, and every value is a parameter. What holds for all rows of the
list may be walked along; what is in a group of alternatives is checked of each row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from crm.db.list_parts import Condition, Part, Tagged
from crm.db.transaction import Transaction
from crm.db.values import Params, SQLValue
from crm.errors import FieldProblem, Invalid, Sentence
from crm.records.conditions.clauses import Compiling, emptiness, tag_ids, tagged, value_condition
from crm.records.conditions.days import day_conditions
from crm.records.conditions.elsewhere import condition_elsewhere
from crm.records.conditions.fields import FilterField, FilterFields, filter_fields
from crm.records.conditions.grammar import Criterion, Group, Node, parse_filter
from crm.records.conditions.periods import Calendar

T = TypeVar("T")
NOTHING = Condition("1 = 0", drives=False)


def conditions_of(
    tx: Transaction,
    kind: str,
    alias: str,
    text: str | None,
    calendar: Calendar,
    *,
    taken: Sequence[Part] = (),
) -> list[Part] | None:
    """The parts that `?filter=` adds to a list that is filtered by those `taken` already; None where nothing
    can match.

    Raises Invalid naming each place that is wrong.
    """
    if text is None:
        return []
    reading = _Reading(Compiling(tx, kind, alias, calendar), filter_fields(tx, kind), taken)
    parts = reading.parts(parse_filter(text))
    if reading.problems:
        raise Invalid(*reading.problems)
    return None if NOTHING in parts else parts


@dataclass(slots=True)
class _Reading:
    """`taken` are the filters so far: what has a name, and a tag, is walked along once."""

    to: Compiling
    fields: FilterFields
    taken: Sequence[Part]
    problems: list[FieldProblem] = field(default_factory=list)

    def parts(self, group: Group) -> list[Part]:
        if group.join == "any" and len(group.among) > 1:
            sql, params = self._inside(group)
            return [Condition(sql, params, drives=False)]
        parts: list[Part] = []
        for each in group.among:
            parts += self.parts(each) if isinstance(each, Group) else self._leading(each)
        return parts

    def _leading(self, criterion: Criterion) -> list[Part]:
        known = self._known(criterion)
        if known is None:
            return []
        if known.type == "tags" and criterion.op in {"is", "is_any_of"}:
            return [self._walked_tag(known, criterion)]
        parts: list[Part] = [self._named(each) for each in self._conditions(known, criterion)]
        self.taken = [*self.taken, *parts]
        return parts

    def _walked_tag(self, known: FilterField, criterion: Criterion) -> Part:
        ids = self._tried(criterion, lambda: tag_ids(self.to.tx, criterion))
        if not ids:
            return NOTHING
        if any(isinstance(part, Tagged) for part in self.taken):
            return tagged(self.to, criterion)
        part = Tagged("record_tags", "subject_id", f"b.subject = '{self.to.kind}'", ids, known.column)
        self.taken = [*self.taken, part]
        return part

    def _named(self, condition: Condition) -> Condition:
        """Its parameter gets the name by which lists know the filter, unless another one has it."""
        usual = condition.name
        if any(isinstance(part, Condition) and part.name == usual for part in self.taken):
            return replace(condition, name="")
        if not usual or not condition.params:
            return condition
        ((name, value),) = condition.params.items()
        return replace(condition, sql=condition.sql.replace(f":{name}", f":{usual}"), params={usual: value})

    def _inside(self, node: Node) -> tuple[str, Params]:
        params: dict[str, SQLValue] = {}
        if isinstance(node, Group):
            clauses = []
            for each in node.among:
                sql, more = self._inside(each)
                clauses.append(sql)
                params |= more
            return f"({(' AND ' if node.join == 'all' else ' OR ').join(clauses)})", params
        known = self._known(node)
        found = [] if known is None else self._conditions(known, node)
        for condition in found:
            params |= condition.params
        return f"({' AND '.join(f'({each.sql})' for each in found)})", params

    def _conditions(self, known: FilterField, criterion: Criterion) -> list[Condition]:
        return self._tried(criterion, lambda: self._made(known, criterion))

    def _made(self, known: FilterField, criterion: Criterion) -> list[Condition]:
        if known.elsewhere is not None:
            make = partial(self._plain, known)
            return [condition_elsewhere(self.to, known, known.elsewhere, criterion, make)]
        if criterion.op in {"is_empty", "is_not_empty"}:
            return [emptiness(self.to, known, empty=criterion.op == "is_empty")]
        if known.type == "tags":
            return [tagged(self.to, criterion)]
        return self._plain(known, criterion)

    def _plain(self, known: FilterField, criterion: Criterion) -> list[Condition]:
        if known.type in {"day", "moment"}:
            return day_conditions(self.to, known, criterion)
        return [value_condition(self.to, known, criterion)]

    def _known(self, criterion: Criterion) -> FilterField | None:
        known = self.fields.get(criterion.field)
        if known is None:
            refusal = Sentence("must be one of {names}", names=", ".join(self.fields))
            self.problems.append(FieldProblem(f"{criterion.place}.field", refusal))
        elif criterion.op not in known.operators:
            refusal = Sentence("must be {expected}", expected=" or ".join(map(repr, known.operators)))
            self.problems.append(FieldProblem(f"{criterion.place}.op", refusal))
            return None
        return known

    def _tried(self, criterion: Criterion, make: Callable[[], list[T]]) -> list[T]:
        """Nothing for a value that does not fit, which is noted."""
        try:
            return make()
        except Invalid as error:
            message = error.problems[0].message
        except ValueError as error:
            message = error.args[0]
        self.problems.append(FieldProblem(f"{criterion.place}.value", message))
        return []
