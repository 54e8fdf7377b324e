"""The problems of an import: what could not be read or imported, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.db.transaction import Transaction
from crm.imports.record import Problem

MOST_STORED = 20_000
OF_COLUMN = "AND COALESCE(p.column_number, -1) = :column"


@dataclass(frozen=True)
class ImportProblem:
    """`column` counts from 0; None for a whole row. `left_out`: the row is not imported."""

    row: int
    column: int | None
    header: str | None
    value: str
    message: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class ColumnProblems:
    """`column` is -1 for the problems of whole rows."""

    column: int
    header: str | None
    count: int


def list_problems(
    tx: Transaction, import_id: int, *, limit: int, after: int = 0, column: int | None = None
) -> list[ImportProblem]:
    """In the order of the rows in the file, without the first `after`; of one column, or all."""
    rows = tx.all(
        f"""
        SELECT p.row_number, p.column_number, p.header, p.value, p.message, p.left_out
          FROM import_problems p
         WHERE p.workspace_id = :workspace_id
           AND p.import_id = :import_id
           {OF_COLUMN if column is not None else ""}
         ORDER BY p.id
         LIMIT :limit OFFSET :after
        """,
        import_id=import_id,
        limit=limit,
        after=after,
        **({} if column is None else {"column": column}),
    )
    return [
        ImportProblem(
            row["row_number"],
            row["column_number"],
            row["header"],
            row["value"],
            row["message"],
            bool(row["left_out"]),
        )
        for row in rows
    ]


def count_by_column(tx: Transaction, import_id: int) -> list[ColumnProblems]:
    """The columns with the most problems first. At most MOST_STORED problems are counted."""
    rows = tx.all(
        """
        SELECT COALESCE(p.column_number, -1) AS place, MAX(p.header) AS header, COUNT(*) AS number
          FROM import_problems p
         WHERE p.workspace_id = :workspace_id
           AND p.import_id = :import_id
         GROUP BY COALESCE(p.column_number, -1)
         ORDER BY number DESC, place
         LIMIT 20
        """,
        import_id=import_id,
    )
    return [ColumnProblems(row["place"], row["header"], row["number"]) for row in rows]


def keep_problems(tx: Transaction, import_id: int, problems: Sequence[Problem]) -> None:
    for problem in problems[:MOST_STORED]:
        tx.run(
            """
            INSERT INTO import_problems (workspace_id, import_id, row_number, column_number, header, value,
                                         message, left_out)
            VALUES (:workspace_id, :import_id, :row, :column, :header, :value, :message, :left_out)
            """,
            import_id=import_id,
            row=problem.row,
            column=problem.column,
            header=problem.header,
            value=problem.value,
            message=problem.message,
            left_out=int(problem.left_out),
        )


def forget_problems(tx: Transaction, import_id: int) -> None:
    tx.run(
        "DELETE FROM import_problems WHERE workspace_id = :workspace_id AND import_id = :import_id",
        import_id=import_id,
    )
