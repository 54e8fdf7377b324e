"""One condition as SQL, by the type of its field and its operator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.db.list_parts import Condition
from crm.db.transaction import Transaction
from crm.db.values import Params, SQLValue
from crm.records.conditions import values
from crm.records.conditions.fields import FilterField
from crm.records.conditions.grammar import Criterion
from crm.records.conditions.periods import Calendar
from crm.records.tags import find_tags

LAST_SIGN = "\U0010ffff"


@dataclass(slots=True)
class Compiling:
    """For a list whose rows have that alias; each parameter gets a name of its own."""

    tx: Transaction
    kind: str
    alias: str
    calendar: Calendar
    named: int = 0

    def name(self) -> str:
        self.named += 1
        return f"filter_{self.named}"

    def bind(self, given: Sequence[SQLValue]) -> dict[str, SQLValue]:
        return {self.name(): value for value in given}


Maker = Callable[[Compiling, FilterField, Any], Condition]


def emptiness(to: Compiling, known: FilterField, *, empty: bool) -> Condition:
    if known.type == "tags":
        return Condition(f"{'NOT ' if empty else ''}{bears(to)}", drives=False)
    column = known.column
    if empty and known.indexed:
        return Condition(f"{column} IS NULL", column=column, name=known.paired, empty=column)
    if empty:
        return Condition(f"{column} IS NULL", drives=False)
    return Condition(f"{column} IS NOT NULL", drives=False, filled=column)


def value_condition(to: Compiling, known: FilterField, criterion: Criterion) -> Condition:
    """Raises ValueError or Invalid for a value that does not fit."""
    return MAKERS[criterion.op](to, known, criterion.value)


def tag_ids(tx: Transaction, criterion: Criterion) -> list[int]:
    """Of those that it names, in any spelling. Raises ValueError."""
    names = values.several(criterion.value) if criterion.op == "is_any_of" else [criterion.value]
    return list(dict.fromkeys(tag_id for each in names for tag_id in find_tags(tx, values.text_of(each))))


def tagged(to: Compiling, criterion: Criterion) -> Condition:
    params: Params = to.bind(tag_ids(to.tx, criterion))
    among = f"b.tag_id IN ({', '.join(f':{name}' for name in params)})" if params else "1 = 0"
    sql = bears(to, f"AND {among}")
    return Condition(f"NOT {sql}" if criterion.op == "is_not" else sql, params, drives=False)


def bears(to: Compiling, among: str = "") -> str:
    return f"""EXISTS (SELECT 1
                         FROM record_tags b
                        WHERE b.workspace_id = :workspace_id
                          AND b.subject = '{to.kind}'
                          AND b.subject_id = {to.alias}.id
                          {among})"""


def _is(to: Compiling, known: FilterField, value: Any) -> Condition:
    return _among(to, known, values.keys_of(to.tx, known, value))


def _is_any_of(to: Compiling, known: FilterField, value: Any) -> Condition:
    keys = [key for each in values.several(value) for key in values.keys_of(to.tx, known, each)]
    return _among(to, known, list(dict.fromkeys(keys)))


def _is_not(to: Compiling, known: FilterField, value: Any) -> Condition:
    """What is empty is not that either."""
    same = _among(to, known, values.keys_of(to.tx, known, value))
    return Condition(f"({known.column} IS NULL OR NOT ({same.sql}))", same.params, drives=False)


def _among(to: Compiling, known: FilterField, keys: Sequence[SQLValue]) -> Condition:
    params, column = to.bind(keys), _compared(known)
    names = [f":{name}" for name in params]
    if known.among is not None:
        return Condition(known.among(", ".join(names)), params, by_id=False)
    single = len(names) == 1
    sql = f"{column} = {names[0]}" if single else f"{column} IN ({', '.join(names)})"
    if not known.indexed:
        return Condition(sql, params, drives=False)
    return Condition(sql, params, by_id=single, column=known.column, name=known.paired if single else "")


def _compared(known: FilterField) -> str:
    """Text without a normal form beside it is compared without case."""
    return f"lower({known.column})" if known.type == "text" and known.keys is None else known.column


def _contains(to: Compiling, known: FilterField, value: Any) -> Condition:
    params = to.bind(values.part_keys(known, values.text_of(value)))
    held = " OR ".join(f"instr({_compared(known)}, :{name}) > 0" for name in params)
    return Condition(f"({held})", params, drives=False)


def _starts_with(to: Compiling, known: FilterField, value: Any) -> Condition:
    params: dict[str, SQLValue] = {}
    column, ranges = _compared(known), []
    for key in values.part_keys(known, values.text_of(value)):
        low, high = to.name(), to.name()
        params |= {low: key, high: key + LAST_SIGN}
        ranges.append(f"{column} >= :{low} AND {column} < :{high}")
    if known.indexed and len(ranges) == 1:
        return Condition(ranges[0], params, by_id=False, column=column)
    return Condition(f"({' OR '.join(f'({each})' for each in ranges)})", params, drives=False)


def range_of(
    to: Compiling, column: str, bounds: Sequence[tuple[str, SQLValue]], *, indexed: bool
) -> Condition:
    """`bounds` are signs with the values behind them; those with None do not bound."""
    params: dict[str, SQLValue] = {}
    clauses = []
    for sign, bound in bounds:
        if bound is not None:
            name = to.name()
            params[name] = bound
            clauses.append(f"{column} {sign} :{name}")
    sql = " AND ".join(clauses)
    return Condition(sql, params, drives=indexed, by_id=False, column=column if indexed else "")


def _less(to: Compiling, known: FilterField, value: Any) -> Condition:
    bound = ("<", values.number_of(known, value))
    return range_of(to, known.column, [bound], indexed=known.indexed)


def _greater(to: Compiling, known: FilterField, value: Any) -> Condition:
    bound = (">", values.number_of(known, value))
    return range_of(to, known.column, [bound], indexed=known.indexed)


def _between(to: Compiling, known: FilterField, value: Any) -> Condition:
    least, most = (values.number_of(known, each) for each in values.two(value))
    return range_of(to, known.column, [(">=", least), ("<=", most)], indexed=known.indexed)


MAKERS: dict[str, Maker] = {
    "is": _is,
    "is_not": _is_not,
    "is_any_of": _is_any_of,
    "contains": _contains,
    "starts_with": _starts_with,
    "less": _less,
    "greater": _greater,
    "between": _between,
}
