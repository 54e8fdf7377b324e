"""Filters by what a column is at least, and below what it stays."""

from crm.db.list_parts import Condition, Part
from crm.db.values import SQLValue


def bound_parts(column: str, name: str, least: SQLValue, below: SQLValue, *, only: str = "") -> list[Part]:
    """`column` begins an index; `only` narrows further, and is no reason to walk along another one."""
    narrowed = f" AND {only}" if only else ""
    bounds = (
        (f"{column} >= :{name}_from", f"{name}_from", least),
        (f"{column} < :{name}_to", f"{name}_to", below),
    )
    return [
        Condition(f"{sql}{narrowed}", {parameter: bound}, by_id=False)
        for sql, parameter, bound in bounds
        if bound is not None
    ]
