"""Filters by the least and greatest value of a column."""

from crm.db.list_parts import Condition, Part
from crm.db.values import Params, SQLValue


def bound_parts(column: str, name: str, least: SQLValue, below: SQLValue, *, only: str = "") -> list[Part]:
    """An index begins with `column`. `only` is a further condition that does not choose the index."""
    bounds = (
        (f"{column} >= :{name}_from", f"{name}_from", least),
        (f"{column} < :{name}_to", f"{name}_to", below),
    )
    given = [(sql, parameter, bound) for sql, parameter, bound in bounds if bound is not None]
    if not given:
        return []
    sql = " AND ".join(sql for sql, _, _ in given)
    params: Params = {parameter: bound for _, parameter, bound in given}
    parts: list[Part] = [Condition(sql, params, by_id=False, column=column)]
    return [*parts, Condition(only, drives=False)] if only else parts
