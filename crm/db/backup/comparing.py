"""Differences between the live data and a backup, shown before the data is replaced."""

import re
from dataclasses import dataclass
from pathlib import Path

import apsw

from crm.db.refusal import StartRefused
from crm.db.sqlite.copies import count_rows, opened_copy
from crm.db.sqlite.engine import UnsafeEngine, open_reader
from crm.db.sqlite.gates import check_header
from crm.db.sqlite.process import is_open
from crm.db.sqlite.tables import tables_of
from crm.db.tables import quoted

TIME = re.compile(r"[0-9T:.Z-]{10,30}")
TIMES = ("updated_at", "created_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """`newest` times are empty for a table that keeps none, or has no rows."""

    table: str
    live: int
    copied: int
    newest_live: str
    newest_copied: str

    @property
    def loses(self) -> bool:
        return self.live > self.copied or self.newest_live > self.newest_copied


def compare(live: Path, other: Path) -> list[Difference] | None:
    """The tables in which the live database and a copy differ. None if the live one cannot be read."""
    try:
        if not is_open(live):
            check_header(live)
        connection = open_reader(live)
    except (OSError, StartRefused, UnsafeEngine, apsw.Error):
        return None
    try:
        with opened_copy(other) as copy:
            return _differences(_facts(connection), _facts(copy.connection))
    except apsw.Error:
        return None
    finally:
        connection.close()


def _facts(connection: apsw.Connection) -> dict[str, tuple[int, str]]:
    counts = count_rows(connection)
    return {table: (counts[table], _newest(connection, table)) for table in tables_of(connection)}


def _newest(connection: apsw.Connection, table: str) -> str:
    columns = {str(row[0]) for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    times = [column for column in TIMES if column in columns]
    if not times:
        return ""
    rows = connection.execute(f"SELECT max({times[0]}) FROM {quoted(table)}").fetchall()
    newest = str(rows[0][0] or "")
    return newest if TIME.fullmatch(newest) else ""


def _differences(live: dict[str, tuple[int, str]], copied: dict[str, tuple[int, str]]) -> list[Difference]:
    nothing = (0, "")
    return [
        Difference(table, mine[0], theirs[0], mine[1], theirs[1])
        for table in sorted(live | copied)
        if (mine := live.get(table, nothing)) != (theirs := copied.get(table, nothing))
    ]
