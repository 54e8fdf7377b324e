"""Which files the rows of a database own, and where their content may be: below the uploads alone.

A table with `id`, `stored_name`, `size` and `sha256` owns some.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from crm.db.sqlite.copies import quoted
from crm.errors import NotFound

COLUMNS = {"id", "stored_name", "size", "sha256"}
GONE = "purged_at"
LONGEST_NAME = 255
PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*(?:/[0-9A-Za-z][0-9A-Za-z_-]*)*")
"""Without a dot, a name can neither climb nor hide; without a slash in front, it starts at the folder."""


class LeadsOut(NotFound):
    """A stored name of a row or of a backup does not stay in its folder; nothing was opened."""


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
    """Each once, sorted; without those whose content was given up for good. Raises LeadsOut."""
    found: set[StoredFile] = set()
    for table, columns in file_tables(connection).items():
        condition = f"WHERE {GONE} IS NULL" if GONE in columns else ""
        sql = f"SELECT stored_name, size, sha256, id FROM {quoted(table)} {condition}"
        found.update(
            StoredFile(str(name), int(size), str(sha), f"{table}/{row_id}")
            for name, size, sha, row_id in connection.execute(sql)
        )
    for file in found:
        check_name(file.path, file.record)
    return sorted(found)


def check_name(name: str, record: str = "") -> None:
    """Raises LeadsOut for what cannot be a name below a folder."""
    if len(name) > LONGEST_NAME or PLAIN.fullmatch(name) is None:
        shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        of = f" of {record}" if record else ""
        raise LeadsOut(f"The stored name {shown!r}{of} leads out of the folder of uploads.")


def place_of(uploads: Path, name: str) -> Path:
    """Where the content of a stored name is. Raises LeadsOut for a name, or a link, out of the folder."""
    check_name(name)
    path = uploads / name
    if not path.resolve().is_relative_to(uploads.resolve()):
        raise LeadsOut(f"The stored name {name!r} leads out of the folder of uploads by a link.")
    return path
