"""A database file that is damaged, cut off or not a database is refused at the start."""

import os
from pathlib import Path

import pytest

from crm.config import Settings
from crm.db.instance import mark_clean
from crm.db.sqlite.engine import open_writer, wal_path
from crm.db.sqlite.startup import prepare
from tests.support.gates import PAGE, damage, refusal_of


def test_a_zero_byte_file_is_refused(prepared: Settings, tmp_path: Path) -> None:
    prepared.sqlite_path.write_bytes(b"")
    assert "is empty (zero bytes)" in refusal_of(prepared, tmp_path)


def test_a_text_file_is_refused(prepared: Settings, tmp_path: Path) -> None:
    prepared.sqlite_path.write_text("name,email\n" * 100)
    assert "is not a SQLite database" in refusal_of(prepared, tmp_path)


@pytest.mark.parametrize(
    ("at", "content"),
    [
        (0, b"SQLite format 4\x00"),
        (16, b"\x00\x07"),
        (18, b"\x09\x09"),
        (21, b"\xff\xff\xff"),
        (44, b"\xff" * 4),
    ],
    ids=["magic", "page size", "version", "payload fractions", "schema format"],
)
def test_a_corrupt_header_is_refused(prepared: Settings, tmp_path: Path, at: int, content: bytes) -> None:
    damage(prepared.sqlite_path, at, content)
    assert "crm.db" in refusal_of(prepared, tmp_path)


def test_a_truncated_header_is_refused(prepared: Settings, tmp_path: Path) -> None:
    os.truncate(prepared.sqlite_path, 60)
    assert "header is damaged" in refusal_of(prepared, tmp_path)


def test_a_truncated_file_is_refused(prepared: Settings, tmp_path: Path) -> None:
    os.truncate(prepared.sqlite_path, 4 * PAGE)
    assert "is damaged" in refusal_of(prepared, tmp_path)


@pytest.mark.parametrize(
    ("size", "header"),
    [(PAGE, b""), (2 * PAGE, b""), (20 * PAGE, b""), (None, b"\xff" * 4)],
    ids=["a page left", "two", "twenty", "schema format"],
)
def test_what_stands_in_the_wal_of_a_damaged_file_stays_there(
    prepared: Settings, tmp_path: Path, size: int | None, header: bytes
) -> None:
    """The changes in it may be all that is left of them."""
    image, wal = prepared.sqlite_path.read_bytes(), wal_path(prepared.sqlite_path)
    connection = open_writer(prepared.sqlite_path)
    connection.execute("UPDATE schema_migrations SET applied_at = 'later'")
    kept = wal.read_bytes()
    connection.close()
    prepared.sqlite_path.write_bytes(image[:size])
    damage(prepared.sqlite_path, 44, header)
    wal.write_bytes(kept)
    mark_clean(prepared.sqlite_path, clean=False)
    assert "crm.db" in refusal_of(prepared, tmp_path)
    wal.write_bytes(b"")
    refusal_of(prepared, tmp_path)
    assert wal.exists()


def test_every_corrupt_page_is_refused(prepared: Settings, tmp_path: Path) -> None:
    size = prepared.sqlite_path.stat().st_size
    whole = prepared.sqlite_path.read_bytes()
    for page in range(1, size // PAGE, 5):
        damage(prepared.sqlite_path, page * PAGE, b"\x5a" * 512)
        assert "crm.db" in refusal_of(prepared, tmp_path)
        prepared.sqlite_path.write_bytes(whole)
    prepare(prepared)


def test_after_an_unclean_stop_pages_are_walked_however_large_the_file(
    prepared: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.db.sqlite.startup.ALWAYS_WALKED_BYTES", 0)
    last = prepared.sqlite_path.stat().st_size // PAGE - 1
    damage(prepared.sqlite_path, last * PAGE, b"\x5a" * 512)
    prepare(prepared)
    mark_clean(prepared.sqlite_path, clean=False)
    assert "is damaged" in refusal_of(prepared, tmp_path)
