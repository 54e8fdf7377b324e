"""The index that would spare a statement a walk through a table, whichever engine runs it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)
NO_ALIAS = re.compile(r"where|set|on|join|left|inner|cross|order|group|limit|using", re.IGNORECASE)
MOST = 3
"""Columns of one value that an index is advised: with more of them it hardly finds fewer rows."""
FEW_ROWS = 1_000
"""Walking through fewer takes less than a millisecond: an index would only cost room and time."""
EQUAL = r"\s*(?:=|\bIS\s+NOT\s+DISTINCT\b|\bIS\b(?!\s+NOT)|\bIN\b)"
RANGE = r"\s*(?:<|>|\bBETWEEN\b)"


def aliases_of(sql: str) -> Iterator[tuple[str, str]]:
    """Each name that a table has in the statement, and the table."""
    for table, alias in NAMED.findall(sql):
        yield table, table
        if alias and not NO_ALIAS.fullmatch(alias):
            yield alias, table


def compared_in(
    sql: str, alias: str, table: str, columns: Sequence[str], *, ranges: bool = True
) -> list[str]:
    """The columns that it is searched by: those of one value first, then the first of a range."""
    own = [name for name in columns if name != "id"]
    equal = [name for name in own if re.search(_named(alias, table, name) + EQUAL, sql, re.IGNORECASE)]
    ranged = [name for name in own if re.search(_named(alias, table, name) + RANGE, sql, re.IGNORECASE)]
    return equal[:MOST] + [name for name in ranged if name not in equal][: int(ranges)]


def ordered_in(sql: str, alias: str, columns: Sequence[str]) -> list[str]:
    terms = re.split(r"\bORDER\s+BY\b", sql, flags=re.IGNORECASE)[-1].split(",")
    found = (re.match(rf"\s*(?:{alias}\.)?(\w+)", term) for term in terms)
    return [each[1] for each in found if each is not None and each[1] in columns]


def _named(alias: str, table: str, column: str) -> str:
    """The column as the statement may write it: with its table, or alone."""
    return rf"(?:\b{alias}\.|\b{table}\.|(?<![.\w:])){column}\b"


@dataclass(frozen=True, slots=True)
class Tables:
    """What is asked of a database: the rows of a table up to a limit, and the columns of whole indexes."""

    count_rows: Callable[[str, int], int]
    indexes: Callable[[str], Iterable[Sequence[str]]]


def advised(found: Iterable[tuple[str, Sequence[str]]], tables: Tables) -> list[str]:
    """The statements that make these indexes, by table and columns, each once: none on a small table, and
    none that begins as one that there is, along which the engine goes already or does not want to go.
    """
    wanted = dict.fromkeys((table, tuple(columns)) for table, columns in found)
    return [
        _index_on(table, columns)
        for table, columns in wanted
        if tables.count_rows(table, FEW_ROWS) >= FEW_ROWS
        and not any(tuple(each[: len(columns)]) == columns for each in tables.indexes(table))
    ]


def _index_on(table: str, columns: Sequence[str]) -> str:
    return f"CREATE INDEX {table}_{'_'.join(columns)} ON {table} ({', '.join(columns)})"
