"""Which files the rows of a database own: every table with `stored_name`, `size` and `sha256` owns some."""

from dataclasses import dataclass
from pathlib import Path

import apsw

from crm.db.copies import quoted
from crm.errors import Invalid

COLUMNS = {"stored_name", "size", "sha256"}
GONE = "purged_at"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`path` is relative to the folder of uploads."""

    path: str
    size: int
    sha256: str


def file_tables(connection: apsw.Connection) -> dict[str, set[str]]:
    """Their columns, by table."""
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(
        """
        SELECT t.name, c.name
          FROM pragma_table_list t
          JOIN pragma_table_info(t.name) c
         WHERE t.schema = 'main'
           AND t.type   = 'table'
        """
    ):
        columns.setdefault(str(table), set()).add(str(column))
    return {table: names for table, names in columns.items() if names >= COLUMNS}


def stored_files(connection: apsw.Connection) -> list[StoredFile]:
    """Each once, sorted; without those whose content was given up for good."""
    found: set[tuple[str, int, str]] = set()
    for table, columns in file_tables(connection).items():
        condition = f"WHERE {GONE} IS NULL" if GONE in columns else ""
        sql = f"SELECT stored_name, size, sha256 FROM {quoted(table)} {condition}"
        found.update((str(name), int(size), str(sha)) for name, size, sha in connection.execute(sql))
    return [StoredFile(*facts) for facts in sorted(found)]


def place_of(uploads: Path, file: StoredFile) -> Path:
    """Raises Invalid for a name that would lead out of the folder."""
    path = uploads / file.path
    if not path.resolve().is_relative_to(uploads.resolve()):
        raise Invalid.field("stored_name", f"{file.path!r} leads out of {uploads}")
    return path
