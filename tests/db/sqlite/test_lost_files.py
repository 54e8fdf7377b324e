"""A database, a log of changes or uploads that are missing are refused at the start."""

import os
import shutil
from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.durable_files import write_durably
from crm.db.instance import UPLOADS_MARKER, load_instance, marker_path
from crm.db.sqlite.startup import prepare
from tests.support.gates import refusal_of
from tests.support.processes import run_in_processes
from tests.support.scratch import increment


def test_a_missing_database_is_refused_where_there_was_one(prepared: Settings, tmp_path: Path) -> None:
    prepared.sqlite_path.unlink()
    assert "says that there was one" in refusal_of(prepared, tmp_path)
    marker_path(prepared.sqlite_path).unlink()
    assert "belongs to a database that existed" in refusal_of(prepared, tmp_path)
    shutil.rmtree(prepared.upload_folder)
    prepare(prepared)


def test_a_wal_without_its_database_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.sqlite_path.parent.mkdir()
    settings.sqlite_path.with_name("crm.db-wal").write_bytes(b"changes")
    assert "holds changes of it" in refusal_of(settings, tmp_path)


def test_missing_or_foreign_uploads_are_refused_until_that_is_accepted(
    prepared: Settings, tmp_path: Path
) -> None:
    shutil.rmtree(prepared.upload_folder)
    assert "is missing or empty" in refusal_of(prepared, tmp_path)
    prepared.upload_folder.mkdir()
    assert "is missing or empty" in refusal_of(prepared, tmp_path)
    write_durably(prepared.upload_folder / UPLOADS_MARKER, b"another")
    sentence = refusal_of(prepared, tmp_path)
    assert "belongs to another database" in sentence
    instance = load_instance(prepared.sqlite_path)
    assert instance is not None
    assert f"write {instance.instance_id} into" in sentence
    (prepared.upload_folder / UPLOADS_MARKER).write_text(instance.instance_id + "\n")
    prepare(prepared)


def test_a_damaged_marker_is_refused(prepared: Settings, tmp_path: Path) -> None:
    for content in (b"{", b"[]", b'{"clean": true}', b""):
        marker_path(prepared.sqlite_path).write_bytes(content)
        assert "is damaged" in refusal_of(prepared, tmp_path)


def write_and_die(settings: Settings) -> None:
    db = Database.open(settings)
    db.write(increment, SYSTEM)
    os._exit(9)


def test_a_deleted_wal_after_an_unclean_stop_is_refused(prepared: Settings, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="terminated abruptly"):
        run_in_processes(write_and_die, [(prepared,)])
    wal = prepared.sqlite_path.with_name("crm.db-wal")
    kept = wal.read_bytes()
    wal.unlink()
    assert "is missing after a stop that was not clean" in refusal_of(prepared, tmp_path)
    wal.write_bytes(kept)
    prepare(prepared)


def test_a_deleted_wal_after_a_clean_stop_is_nothing(prepared: Settings) -> None:
    prepared.sqlite_path.with_name("crm.db-wal").unlink()
    prepare(prepared)
