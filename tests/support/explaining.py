"""How SQLite goes about what an operation asks: the plan of each statement that it runs."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.noting import Noting
from crm.db.sqlite.dialect import SQLiteDialect
from crm.db.transaction import Row, Transaction


def plans_of(tx: Transaction, run: Callable[..., object], *args: Any, **options: Any) -> list[str]:
    """The plan of each statement, its steps on lines."""
    noting = Noting(tx)
    run(noting, *args, **options)
    return [explain(tx, sql, params) for sql, params in noting.noted]


def explain(tx: Transaction, sql: str, params: dict[str, Any]) -> str:
    """On another engine the test is skipped: which way SQLite goes is a matter of SQLite."""
    if not isinstance(tx.dialect, SQLiteDialect):
        pytest.skip("the plan is SQLite's own")
    rows: list[Row] = tx.all(f"EXPLAIN QUERY PLAN {sql}", **params)
    return "\n".join(str(row["detail"]) for row in rows)


def walks_along(plan: str, alias: str, index: str) -> bool:
    """Whether a page is read along the index, in its order: what is sorted is at most the page itself."""
    steps = plan.splitlines()
    first = next(step for step in steps if step.startswith((f"SEARCH {alias} ", f"SCAN {alias}")))
    sorts = sum("TEMP B-TREE" in step for step in steps)
    used = first.startswith(f"SEARCH {alias} ") and f"INDEX {index} " in first
    return used and sorts <= any("page" in step for step in steps)
