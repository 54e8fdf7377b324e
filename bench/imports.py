"""Importing a file of clients, against a bare `executemany` of the same rows into the same tables; and
exporting them, against their rows written as CSV. All in seconds of the processor.
"""

import csv
import io
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from bench.bare_rows import INDEX_CLIENT
from bench.places import EMAIL, Place
from bench.reads import WHO, opened
from bench.report import Chosen, Result, result_of
from crm.appliance.imports import work_on
from crm.appliance.uploads import Desk, receive
from crm.clients.kind import CLIENT
from crm.config import Settings
from crm.db.database import Database
from crm.db.file_stores.folder import FolderStore
from crm.db.grams import grams_of
from crm.db.sqlite.engine import open_reader, open_writer
from crm.exports.columns import export_of
from crm.exports.exporting import Order, file_parts
from crm.imports.fields import ImportSettings
from crm.imports.import_row import get_import
from crm.imports.imports import confirm_import, create_import

ROWS, QUICK_ROWS = 100_000, 5_000
NAME = "import {rows:,} rows, of a bare executemany of the same rows"
EXPORT = "export {rows:,} clients as CSV, of a bare SELECT written as CSV"
GOAL = 0.3
MOST_ROUNDS = 2
Tables = dict[str, tuple[list[str], list[Any]]]
"""Of each table its columns and rows."""


def measure_imports(scratch: Path, chosen: Chosen, *, rounds: int, rows: int = ROWS) -> list[Result]:
    names = [NAME.format(rows=rows), EXPORT.format(rows=rows)]
    if not any(map(chosen, names)):
        return []
    both = [_ratios(scratch / "imports", rows) for _ in range(min(rounds, MOST_ROUNDS))]
    found = zip(names, zip(*both, strict=True), (GOAL, None), strict=True)
    return [result_of(name, ratios, goal) for name, ratios, goal in found if chosen(name)]


def processor_seconds() -> float:
    """Of this process and of those that it waited for: a file is read by one of its own."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _ratios(folder: Path, rows: int) -> tuple[float, float]:
    """Of the import and the export, in a new workspace each time, and a copy of it from before the import for
    the bare rows.
    """
    shutil.rmtree(folder, ignore_errors=True)
    place, bare = Place(folder / "ours"), Place(folder / "bare")
    who = ("--workspace", "Bench", "--email", EMAIL, "--name", "Bench", "--password-stdin")
    place.crm("setup", *who, given="correct horse battery staple\n")
    shutil.copytree(place.folder, bare.folder)
    with opened(place) as db:
        ours, exported = _import(db, _file(rows)), _export(db)
    written = _write(place.database)
    return _insert(bare.database, _rows_of(place.database)) / ours, written / exported


def _export(db: Database) -> float:
    """Seconds for the whole list in its usual order."""
    order = Order(CLIENT, export_of(CLIENT).filters(), {}, None, "csv")
    began = processor_seconds()
    size = sum(map(len, file_parts(db, WHO, order, FolderStore(Path()))))
    if not size:
        raise RuntimeError("nothing was exported")
    return processor_seconds() - began


def _write(database: Path) -> float:
    """Seconds for the same rows, as they are in their table."""
    connection, out = open_reader(database), io.StringIO()
    began = processor_seconds()
    csv.writer(out).writerows(connection.execute("SELECT * FROM clients ORDER BY updated_at DESC, id DESC"))
    taken = processor_seconds() - began
    connection.close()
    return taken


def _file(rows: int) -> bytes:
    lines = (f"Person {n},person{n}@example.com,+49 30 {1_000_000 + n},Berlin,Day {n}" for n in range(rows))
    return "\n".join(["Name,Email,Phone,City,Notes", *lines]).encode()


def _import(db: Database, content: bytes) -> float:
    """Seconds from the upload to the last row."""
    desk, began = Desk(db, Settings(), WHO), processor_seconds()
    upload, wishes, prepared = receive(desk, io.BytesIO(content), "people.csv", ImportSettings())
    made = db.write(create_import, WHO, upload, wishes, prepared)
    work_on(db, desk.settings, WHO, made.id)
    db.write(confirm_import, WHO, made.id)
    work_on(db, desk.settings, WHO, made.id)
    taken, ended = processor_seconds() - began, db.read(get_import, WHO, made.id)
    if ended.state != "done" or ended.created != ended.total:
        raise RuntimeError(f"the import ended as {ended.state}, with {ended.created} of {ended.total} rows")
    return taken


def _rows_of(database: Path) -> Tables:
    connection = open_reader(database)
    try:
        return {name: _table(connection, name) for name in _names(connection)}
    finally:
        connection.close()


def _names(connection: apsw.Connection) -> Iterator[str]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%STRICT%'"
    yield from (str(name) for (name,) in connection.execute(sql).fetchall())


def _table(connection: apsw.Connection, name: str) -> tuple[list[str], list[Any]]:
    kept = connection.execute(f"SELECT name FROM pragma_table_xinfo('{name}') WHERE hidden = 0").fetchall()
    columns = [str(column) for (column,) in kept]
    return columns, connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()


def _insert(database: Path, tables: Tables) -> float:
    """Seconds for all rows and the words that are searched, in one transaction on one connection."""
    columns, clients = tables["clients"]
    place = {name: columns.index(name) for name in ("id", "workspace_id", "name_key", "email_key")}
    words = [
        {
            "workspace_id": row[place["workspace_id"]],
            "client_id": row[place["id"]],
            "grams": grams_of(row[place["name_key"]], row[place["email_key"]] or ""),
        }
        for row in clients
    ]
    connection = open_writer(database)
    connection.execute("PRAGMA foreign_keys = OFF")
    began = processor_seconds()
    connection.execute("BEGIN IMMEDIATE")
    for name, (names, rows) in tables.items():
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT OR IGNORE INTO {name} ({', '.join(names)}) VALUES ({marks})", rows)
    connection.executemany(INDEX_CLIENT, words)
    connection.execute("COMMIT")
    taken = processor_seconds() - began
    connection.close()
    return taken
