"""Which files the rows of a database own: a table with `id`, `stored_name`, `size` and `sha256` owns some."""

from dataclasses import dataclass, field
from pathlib import Path

import apsw

from crm.db.copies import quoted
from crm.errors import Invalid

COLUMNS = {"id", "stored_name", "size", "sha256"}
GONE = "purged_at"


@dataclass(frozen=True, slots=True, order=True)
class StoredFile:
    """`path` is relative to the folder of uploads; `record` is the row that owns it, such as files/7."""

    path: str
    size: int
    sha256: str
    record: str = field(default="", compare=False)

    @property
    def named(self) -> str:
        return f"{self.record} ({self.path})" if self.record else self.path


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
    found: set[StoredFile] = set()
    for table, columns in file_tables(connection).items():
        condition = f"WHERE {GONE} IS NULL" if GONE in columns else ""
        sql = f"SELECT stored_name, size, sha256, id FROM {quoted(table)} {condition}"
        found.update(
            StoredFile(str(name), int(size), str(sha), f"{table}/{row_id}")
            for name, size, sha, row_id in connection.execute(sql)
        )
    return sorted(found)


def place_of(uploads: Path, file: StoredFile) -> Path:
    """Raises Invalid for a name that would lead out of the folder."""
    path = uploads / file.path
    if not path.resolve().is_relative_to(uploads.resolve()):
        raise Invalid.field("stored_name", f"{file.path!r} leads out of {uploads}")
    return path
