"""Exporting a workspace: its rows and files at one moment, in one file."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from crm import clock
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.backup.manifest import Entry
from crm.db.copy import Copy
from crm.db.durable_files import written_durably
from crm.db.file_stores.opening import file_store
from crm.db.stored_files import COLUMNS, GONE, StoredFile
from crm.db.tables import TENANT_COLUMN, Table, quoted
from crm.db.transfer.archive import FORMAT, ArchiveWriter, Contents, Record, TransferFailed
from crm.db.transfer.sources import opened_source
from crm.db.values import SQLValue
from crm.version import VERSION

WORKSPACES = "workspaces"


@dataclass(frozen=True, slots=True)
class Selection:
    """`left_out` are tables of the moment, such as log-in sessions; `inspect` checks and returns facts.
    `withheld` are the values that stand in the place of secrets, by table and column. `only` are the SQL
    conditions of the rows that go, by table, where others stay.
    """

    left_out: frozenset[str]
    inspect: Callable[[Copy, Actor], dict[str, Any]]
    withheld: Mapping[str, Mapping[str, SQLValue]] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)

    def among(self, table: str) -> str:
        return f"AND {self.only[table]}" if table in self.only else ""


def export_workspace(settings: Settings, workspace_id: int, target: Path, selection: Selection) -> Contents:
    """Write `target`, completely or not at all. Raises TransferFailed."""
    store = file_store(settings)
    with opened_source(settings) as copy:
        tables = exported_tables(copy.tables(), selection.left_out)
        facts = selection.inspect(copy, Actor(workspace_id, None))
        with written_durably(target) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            writer = ArchiveWriter(archive)
            for table in tables:
                writer.add_table(table.name, _records(copy, table, workspace_id, selection))
            if writer.rows[WORKSPACES] != 1:
                raise TransferFailed(f"There is no workspace {workspace_id}.")
            for file in _files(copy, tables, workspace_id, selection):
                expected = Entry(file.path, file.size, file.sha256)
                writer.add_file(partial(store.open, file.path), file.path, expected)
            contents = Contents(
                format=FORMAT,
                program=VERSION,
                exported_at=clock.timestamp(),
                workspace_id=workspace_id,
                digests=_digests(copy),
                rows=writer.rows,
                members=writer.members,
                facts=facts,
            )
            writer.seal(contents)
    return contents


def exported_tables(tables: Mapping[str, Table], left_out: frozenset[str]) -> list[Table]:
    """The workspace's own row, and every table whose rows belong to one."""
    return [
        table
        for name, table in sorted(tables.items())
        if (name == WORKSPACES or TENANT_COLUMN in table.columns) and name not in left_out
    ]


def tenant_column(table: str) -> str:
    return "id" if table == WORKSPACES else TENANT_COLUMN


def _records(copy: Copy, table: Table, workspace_id: int, selection: Selection) -> Iterator[Record]:
    columns = ", ".join(quoted(column) for column in table.columns)
    order = ", ".join(quoted(column) for column in table.key)
    sql = f"""
        SELECT {columns}
          FROM {quoted(table.name)}
         WHERE {quoted(tenant_column(table.name))} = {int(workspace_id)}
           {selection.among(table.name)}
         ORDER BY {order}
        """
    withheld = selection.withheld.get(table.name, {})
    for row in copy.each(sql):
        yield {**dict(zip(table.columns, row, strict=True)), **withheld}


def _files(copy: Copy, tables: list[Table], workspace_id: int, selection: Selection) -> list[StoredFile]:
    found: set[tuple[str, int, str]] = set()
    for table in tables:
        if set(table.columns) >= COLUMNS:
            kept = f"AND {GONE} IS NULL" if GONE in table.columns else ""
            sql = f"""
                SELECT stored_name, size, sha256
                  FROM {quoted(table.name)}
                 WHERE {TENANT_COLUMN} = ?
                   {kept}
                   {selection.among(table.name)}
                """
            rows = copy.rows(sql, workspace_id)
            found.update((str(name), int(str(size)), str(sha)) for name, size, sha in rows)
    return [StoredFile(*facts) for facts in sorted(found)]


def _digests(copy: Copy) -> list[str]:
    return [str(digest) for (digest,) in copy.rows("SELECT digest FROM schema_migrations ORDER BY number")]
