"""Every connection is set for durability, and the engine is asked whether it obeys."""

import ast
from pathlib import Path

import apsw
import pytest

from crm.config import PROJECT_ROOT, Settings
from crm.db.sqlite import engine
from crm.db.sqlite.engine import UnsafeEngine, assert_safe_engine, open_reader, open_writer

EXPECTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
    "temp_store": 2,
    "busy_timeout": 5_000,
}


def test_both_kinds_of_connections_have_every_setting(prepared: Settings) -> None:
    for open_one, query_only in ((open_writer, 0), (open_reader, 1)):
        connection = open_one(prepared.sqlite_path)
        found = {name: connection.pragma(name) for name in EXPECTED}
        assert found == EXPECTED
        assert connection.pragma("query_only") == query_only
        assert connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, -1) == 1
        assert connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, -1) == 1
        with pytest.raises(apsw.SQLError, match="no such column"):
            connection.execute('SELECT "not a column" FROM scratch_counters')
        connection.close()


@pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.51.2", "3.9.9"])
def test_an_engine_that_can_corrupt_the_file_is_refused(
    prepared: Settings, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)
    with pytest.raises(UnsafeEngine, match=r"3\.51\.3 or later"):
        open_writer(prepared.sqlite_path)


@pytest.mark.parametrize("version", ["3.51.3", "3.52.0", "4.0.0"])
def test_an_engine_without_that_defect_is_accepted(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: version)
    assert_safe_engine()


def test_a_database_that_will_not_enter_wal_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    before = apsw.connections()
    with pytest.raises(UnsafeEngine, match="its journal mode is memory"):
        open_writer(Path(":memory:"), create=True)
    assert apsw.connections() == before


def test_a_setting_that_the_engine_ignores_is_noticed(
    prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PRAGMAS", (("mmap_size", 0, 4096),))
    with pytest.raises(UnsafeEngine, match="would not take mmap_size"):
        open_writer(prepared.sqlite_path)


def test_the_wal_file_stays_after_the_last_close(prepared: Settings) -> None:
    connection = open_writer(prepared.sqlite_path)
    connection.execute("UPDATE scratch_counters SET value = 1")
    connection.close()
    assert prepared.sqlite_path.with_name("crm.db-wal").stat().st_size == 0


def test_no_file_of_the_program_imports_another_sqlite() -> None:
    """It would drop the locks of ours; tests may not either, and scripts run beside a live appliance."""
    sources = [path for folder in ("crm", "tests") for path in (PROJECT_ROOT / folder).rglob("*.py")]
    assert len(sources) > 50
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            banned = {"sqlite3", "pysqlite3", "pysqlite2", "_sqlite3"}
            assert not banned & {name.split(".")[0] for name in names}, path
