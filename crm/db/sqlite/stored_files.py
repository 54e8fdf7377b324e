"""Which files the rows of a database own."""

import apsw

from crm.db.stored_files import COLUMNS, GONE, StoredFile, check_name
from crm.db.tables import quoted


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
