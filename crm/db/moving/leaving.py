"""Everything of a database on a server into a new SQLite file, from one snapshot of it."""

from contextlib import closing
from itertools import islice
from pathlib import Path

import apsw

from crm.db.backup.copying import sync_file
from crm.db.backup.report import Report
from crm.db.migrations import load_migrations
from crm.db.moving.arriving import SEARCHES, columns_of, file_rows, moved_tables, server_rows
from crm.db.moving.digests import Digest, digest_of
from crm.db.moving.errors import MoveFailed
from crm.db.postgres.connections import PooledConnection
from crm.db.postgres.copies import in_pieces
from crm.db.sqlite.copies import DamagedCopy, check_integrity
from crm.db.sqlite.engine import open_writer, wal_path
from crm.db.sqlite.gates import shared_index
from crm.db.sqlite.migrations import migrate
from crm.db.sqlite.upgrading import remove_with_companions
from crm.db.tables import Table, quoted

BATCH = 1_000
WITHHELD = """
    SELECT type, name, sql
      FROM sqlite_schema
     WHERE type IN ('index', 'trigger')
       AND sql IS NOT NULL
     ORDER BY rowid
"""
GRAMS = "SELECT rowid, array_to_string(tsvector_to_array(grams), E'\\n') FROM {search}"
SEQUENCES = b"""
    SELECT last_value
      FROM pg_sequences
     WHERE schemaname = current_schema()
       AND format('%%I.%%I', schemaname, sequencename) = pg_get_serial_sequence(%s, 'id')
"""


def fill_file(there: PooledConnection, target: Path, report: Report) -> dict[str, int]:
    """A whole file with no -wal; the number of rows by table, each read back and compared.

    Raises MoveFailed, and leaves no file then.
    """
    try:
        with closing(open_writer(target, create=True)) as file:
            migrate(file, load_migrations())
            sent = _fill(file, there, report)
            file.pragma("journal_mode", "DELETE")
        for leftover in (wal_path(target), shared_index(target)):
            leftover.unlink(missing_ok=True)
        sync_file(target)
    except BaseException:
        remove_with_companions(target)
        raise
    return sent


def _fill(file: apsw.Connection, there: PooledConnection, report: Report) -> dict[str, int]:
    """Indexes and rules are made when the rows are there: a rule of today may refuse what was right then."""
    tables = moved_tables(file)
    for pragma in ("foreign_keys", "synchronous", "secure_delete"):
        file.pragma(pragma, "OFF")
    file.execute("BEGIN IMMEDIATE")
    withheld = file.execute(WITHHELD).fetchall()
    for kind, name, _ in withheld:
        file.execute(f"DROP {kind} {quoted(str(name))}")
    sent = {table.name: _take(file, there, table) for table in tables}
    for (search,) in file.execute(SEARCHES).fetchall():
        _take_search(file, there, str(search))
    for _, _, sql in withheld:
        file.execute(str(sql))
    for table in tables:
        _continue_ids(file, there, table)
    file.execute("COMMIT")
    for table in tables:
        if digest_of(file_rows(file, table)) != sent[table.name]:
            raise MoveFailed(f"The rows of {table.name} are not those that were sent.")
    _check(file)
    report.step(f"rows: {sum(each.rows for each in sent.values())}, each read back and compared")
    return _counted(file, sent)


def _check(file: apsw.Connection) -> None:
    try:
        check_integrity(file)
    except DamagedCopy as error:
        raise MoveFailed(f"The file is not sound: {error}.") from error


def _counted(file: apsw.Connection, sent: dict[str, Digest]) -> dict[str, int]:
    recorded = int(str(file.execute("SELECT count(*) FROM schema_migrations").fetchall()[0][0]))
    return {**{name: digest.rows for name, digest in sent.items()}, "schema_migrations": recorded}


def _take(file: apsw.Connection, there: PooledConnection, table: Table) -> Digest:
    digest = Digest()
    file.execute(f"DELETE FROM {quoted(table.name)}")  # what migrations write into a new database
    places = ", ".join("?" * len(table.columns))
    inserting = f"INSERT INTO {quoted(table.name)} ({columns_of(table)}) VALUES ({places})"
    arriving = digest.noting(server_rows(there, table))
    while rows := list(islice(arriving, BATCH)):
        file.executemany(inserting, rows)
    return digest


def _take_search(file: apsw.Connection, there: PooledConnection, search: str) -> None:
    """Without the gram that names the workspace, which the file keeps in the row's number."""
    for rowid, grams in in_pieces(there, GRAMS.format(search=search)):
        kept = " ".join(gram for gram in str(grams).split("\n") if not gram.startswith("workspace "))
        file.execute(f"INSERT INTO {search} (rowid, grams) VALUES (?, ?)", (rowid, kept))


def _continue_ids(file: apsw.Connection, there: PooledConnection, table: Table) -> None:
    rows = file.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table.name,)).fetchall()
    if not table.has_id or "AUTOINCREMENT" not in str(rows[0][0]).upper():
        return
    given = [int(last) for (last,) in there.execute(SEQUENCES, (table.name,)) if last is not None]
    kept = file.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).fetchall()
    highest = max([*given, *(int(str(seq)) for (seq,) in kept), 0])
    if highest:
        file.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        file.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, highest))
