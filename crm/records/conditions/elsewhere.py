"""Conditions on values that are rows of another table, here `v`."""

from collections.abc import Callable
from dataclasses import replace

from crm.db.list_parts import Condition, Elsewhere
from crm.db.values import SQLValue
from crm.records.conditions.clauses import Compiling
from crm.records.conditions.fields import FilterField
from crm.records.conditions.grammar import Criterion

Make = Callable[[Criterion], list[Condition]]
WALKED = frozenset({"is", "is_any_of", "starts_with", "less", "greater", "before", "after", "between"})
"""They choose a part of the index."""
NEGATIVE = {"is_not": "is", "is_empty": "is_not_empty"}


def condition_elsewhere(
    to: Compiling, known: FilterField, held: Elsewhere, criterion: Criterion, make: Make
) -> Condition:
    """`make` makes the conditions on the value itself. Raises as it does.

    One that may hold several times for a row is walked along only by a single value.
    """
    asked = replace(criterion, op=NEGATIVE.get(criterion.op, criterion.op))
    inner = [] if asked.op == "is_not_empty" else make(asked)
    params: dict[str, SQLValue] = {name: value for each in inner for name, value in each.params.items()}
    on_value = " AND ".join(f"({each.sql})" for each in inner) or held.first
    # The plus keeps SQLite from searching all such values again for each row, whose id finds its own.
    checked = on_value.replace(held.value, f"+{held.value}")
    exists = f"""EXISTS (SELECT 1
                         FROM {held.table} held
                        WHERE {held.where}
                          AND {held.row_id} = {to.alias}.id
                          AND {checked})"""
    if criterion.op in NEGATIVE:
        return Condition(f"NOT {exists}", params, drives=False)
    if asked.op not in WALKED or (known.repeated and asked.op != "is"):
        return Condition(exists, params, drives=False)
    single = asked.op == "is" and len(params) == 1
    column = "" if single else known.value_of
    return Condition(exists, params, by_id=single, column=column, elsewhere=held, walked=on_value)
