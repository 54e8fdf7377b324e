"""What was read of a report, and what people chose of how to read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.campaigns.platform_rows import PlatformRow
from crm.imports.advertising.columns import Columns
from crm.imports.advertising.platforms import Platform
from crm.imports.reading.sheets import ReadingOptions

MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class RowProblem:
    """`row` counts from 1; `field` is one of `columns.FIELDS`."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class ReportWishes:
    """What people chose; None where it is to be found out. `columns` has the header of each field."""

    reading: ReadingOptions = field(default_factory=ReadingOptions)
    columns: Mapping[str, str] | None = None
    decimal: str | None = None
    order: str | None = None


@dataclass(slots=True)
class Report:
    """`rows` are added up by campaign, day and currency; `counted` is how many rows of the file they were.

    `left_out` and `problems` have the first of each; the counts are of all.
    """

    headers: list[str]
    columns: Columns
    platform: Platform | None
    rows: list[PlatformRow] = field(default_factory=list)
    counted: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)
    left_out_count: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    problem_count: int = 0

    def leave_out(self, row: int, why: str) -> None:
        self.left_out_count += 1
        if len(self.left_out) < MOST_TOLD:
            self.left_out.append((row, why))

    def refuse(self, row: int, name: str, message: str) -> None:
        self.problem_count += 1
        if len(self.problems) < MOST_TOLD:
            self.problems.append(RowProblem(row, name, message))
