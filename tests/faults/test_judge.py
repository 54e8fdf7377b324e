"""The harness can fail: whatever is taken from a database, or added to it, its judge finds."""

from pathlib import Path

import apsw
import pytest

from crm.db.sqlite.engine import open_writer
from crm.kinds import open_database
from tests.support.torture.deeds import Writer
from tests.support.torture.judge import Judgement, judge_integrity
from tests.support.torture.kill_rounds import Arena, inspect
from tests.support.torture.promises import PromisesOnDisk, read_promises


@pytest.fixture
def written(arena: Arena) -> Arena:
    """Some 60 deeds, of which the first stands, acknowledged."""
    db = open_database(arena.settings)
    promises = PromisesOnDisk(arena.logs / "w.log")
    writer = Writer(db, arena.actor, promises, "w", 4)
    for _ in range(60):
        writer.do_one()
    promises.close()
    db.close()
    return arena


def after(arena: Arena, statement: str) -> Judgement:
    connection = open_writer(arena.settings.sqlite_path)
    connection.execute("PRAGMA foreign_keys = OFF")
    for trigger in ("activities_keep_delete", "activity_contents_keep_delete", "activities_keep_update"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(statement)
    assert connection.changes()
    connection.close()
    return inspect(arena)[0]


def test_a_database_left_alone_is_in_order(written: Arena) -> None:
    judgement, acknowledged = inspect(written)
    assert judgement.kept
    assert acknowledged > 40


SOME = "(SELECT min(name) FROM deeds)"


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (f"DELETE FROM deeds WHERE name = {SOME}", "instead of"),
        (f"UPDATE deeds SET version = version + 1, content = 'x' WHERE name = {SOME}", "instead of"),
        ("DELETE FROM activities WHERE seq = (SELECT max(seq) FROM activities)", "were acknowledged"),
    ],
)
def test_a_lost_acknowledgement_is_found(written: Arena, statement: str, finding: str) -> None:
    judgement = after(written, statement)
    assert any(finding in line for line in judgement.lost)


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (f"DELETE FROM deeds WHERE name = {SOME} AND part = 1", "in part"),
        (f"UPDATE deeds SET version = version + 1 WHERE name = {SOME} AND part = 2", "in part"),
        (f"UPDATE deeds SET content = 'x' WHERE name = {SOME} AND part = 0", "in part"),
        ("UPDATE deed_totals SET deeds = deeds + 1", "the total says"),
        ("INSERT INTO deeds SELECT 'w-1!', part, 1, 'x' FROM deeds LIMIT 3", "was rolled back"),
        ("INSERT INTO deeds SELECT 'unknown', part, 1, 'x' FROM deeds LIMIT 3", "never promised"),
        ("DELETE FROM activities WHERE seq = 3", "the ledger breaks"),
        ("UPDATE activities SET action = 'x' WHERE seq = 3", "the ledger breaks"),
    ],
)
def test_a_broken_change_is_found(written: Arena, statement: str, finding: str) -> None:
    judgement = after(written, statement)
    assert any(finding in line for line in judgement.broken)


def test_damage_is_found(written: Arena) -> None:
    connection = open_writer(written.settings.sqlite_path)
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'users_email'")
    connection.close()
    judgement = Judgement()
    connection = open_writer(written.settings.sqlite_path)
    judge_integrity(connection, judgement)
    connection.close()
    assert any("integrity" in line for line in judgement.broken)


def test_what_is_promised_follows_from_the_lines_alone(tmp_path: Path) -> None:
    (tmp_path / "r1p0.log").write_text(
        "tried a 1\nacknowledged a 1 5.0\ntried a 2\n"
        "tried b 1\n"
        "tried c 1\nacknowledged c 1 6.0\ntried c 0\nacknowledged c 0 7.0\n"
        "tried d 1\nacknowledged d"
    )
    expected = read_promises(tmp_path)
    assert expected.deeds == {"a": {1, 2}, "b": {0, 1}, "c": {0}, "d": {0, 1}}
    assert expected.changes == (3, 6)
    (tmp_path / "r1.cut").write_text("6.5")
    expected = read_promises(tmp_path)
    assert expected.deeds["c"] == {0, 1}, "what was said after the cut does not count"
    assert expected.changes == (2, 6)
