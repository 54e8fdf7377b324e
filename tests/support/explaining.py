"""How SQLite goes about what an operation asks: the plan of each statement that it runs."""

from collections.abc import Callable
from typing import Any

from bench.noting import Noting
from crm.db.transaction import Row, Transaction


def plans_of(tx: Transaction, run: Callable[..., object], *args: Any, **options: Any) -> list[str]:
    """The plan of each statement, its steps on lines."""
    noting = Noting(tx)
    run(noting, *args, **options)
    return [explain(tx, sql, params) for sql, params in noting.noted]


def explain(tx: Transaction, sql: str, params: dict[str, Any]) -> str:
    rows: list[Row] = tx.all(f"EXPLAIN QUERY PLAN {sql}", **params)
    return "\n".join(str(row["detail"]) for row in rows)
