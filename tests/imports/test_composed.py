"""Records composed for the check are imported as they are, and composed again only where need be."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crm.appliance.imports import work_on
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.imports import interpreter
from crm.imports.composed import RECORDS, composed_records, packed_records
from crm.imports.composing import compose
from crm.imports.import_row import Import, get_import
from crm.imports.imports import confirm_import
from crm.imports.interpreting import Reading
from crm.imports.mapping import Column
from crm.imports.reading.sheets import Row
from crm.imports.record import Record
from crm.imports.review import PREFIX
from crm.imports.spool import spool_of
from tests.imports.conftest import Read
from tests.support.cast import Cast
from tests.support.imports import upload
from tests.support.leads import furnish

SAMPLES = (
    "google_contacts_new.csv",
    "outlook_en_cp1252.csv",
    "outlook_de_cp1252.csv",
    "pipedrive_deals.csv",
    "hubspot_contacts.csv",
)
TEXT = (
    "Name,Email,Phone,City,Deal Name,Amount\n"
    "Ada,ada@example.com,+49 30 1234567,Berlin,Roof,0\n"
    "Bo,bo@@example,+49 30 1234568,Bonn,Cellar,1.50\n"
    "Ada,ada@example.com,+49 30 1234567,Berlin,Roof,0\n"
    "Cyd,cyd@example.com,,,Fence,\n"
)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_record_comes_back_as_it_was_composed(read: Read, tmp_path: Path, name: str) -> None:
    _, records = read(name, region="DE" if "_de_" in name else "GB")
    (tmp_path / f"{PREFIX}check").mkdir()
    (tmp_path / f"{PREFIX}check" / RECORDS).write_bytes(packed_records(records))
    found = composed_records(tmp_path, "check")
    came = [next(found) for _ in records]
    assert [row for row, _ in came] == [record.row for record in records]
    usual = [(record, back) for record, (_, back) in zip(records, came, strict=True) if back is not None]
    assert usual and all(record == back for record, back in usual)
    assert next(found) == (0, None)


def imported(settings: Settings, db: Database, who: Actor, made: int) -> Import:
    db.write(confirm_import, who, made)
    work_on(db, settings, who, made)
    return db.read(get_import, who, made)


def said(found: Import) -> tuple[Any, ...]:
    problems = [(each.row, each.message) for each in found.problems]
    return found.state, found.created, found.updated, found.skipped, found.left_out, problems


def test_only_rows_with_problems_are_composed_twice(
    settings: Settings, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(db, cast.owner)
    made = upload(settings, db, cast.owner, TEXT, records="leads")
    composed: list[int] = []

    def counted(row: Row, columns: Sequence[Column], reading: Reading, records: str) -> Record:
        composed.append(row.number)
        return compose(row, columns, reading, records)

    monkeypatch.setattr(interpreter, "compose", counted)
    assert imported(settings, db, cast.owner, made).state == "done"
    assert composed == [3, 4]


def test_without_what_was_kept_the_import_comes_to_the_same(
    settings: Settings, db: Database, cast: Cast
) -> None:
    for who in (cast.owner, cast.outsider):
        furnish(db, who)
    whole = upload(settings, db, cast.owner, TEXT, records="leads")
    bare = upload(settings, db, cast.outsider, TEXT, records="leads")
    for kept in spool_of(settings).glob(f"*/rows-*/{PREFIX}*"):
        if kept.parent.parent.name == db.read(_folder, cast.outsider, bare):
            shutil.rmtree(kept)
    assert said(imported(settings, db, cast.owner, whole)) == said(
        imported(settings, db, cast.outsider, bare)
    )


def _folder(tx: Transaction, import_id: int) -> str:
    sql = "SELECT folder FROM imports WHERE workspace_id = :workspace_id AND id = :import_id"
    return str(tx.value(sql, import_id=import_id))
