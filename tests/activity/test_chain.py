"""No entry of the ledger can be changed, removed, moved or added without the chain saying where."""

from dataclasses import replace
from typing import Any

import pytest

from crm.activity.activity import erase_contents, record
from crm.activity.chain import CHAINED, GENESIS, PAGE, ChainReport, verify_chain
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.cast import Cast
from tests.support.engines import tamper

ENTRIES = 5


def write_entries(tx: Transaction, count: int = ENTRIES) -> None:
    for i in range(count):
        record(tx, "client.updated", "clients", i % 2 + 1, before={"name": f"n{i}"}, after={"name": f"m{i}"})


def replacing(sql: str) -> Any:
    return pytest.param(sql, marks=pytest.mark.sqlite("these words are its own"))


@pytest.fixture
def filled(db: Database, cast: Cast) -> Database:
    """Five entries of the owner about clients 1 and 2, two of the outsider."""
    db.write(write_entries, cast.owner)
    db.write(write_entries, cast.outsider, 2)
    return db


def test_a_ledger_left_alone_verifies_to_its_head(filled: Database, cast: Cast) -> None:
    report = filled.read(verify_chain, cast.owner)
    head = filled.read(
        lambda tx: tx.value("SELECT hash FROM activities WHERE workspace_id = :workspace_id AND seq = 5"),
        cast.owner,
    )
    assert report == ChainReport(entries=ENTRIES, head=head, complete=True)
    assert filled.read(verify_chain, cast.outsider).entries == 2


def test_an_empty_ledger_verifies(db: Database, cast: Cast) -> None:
    assert db.read(verify_chain, cast.owner) == ChainReport(entries=0, head=GENESIS, complete=True)


COLUMNS = {
    **dict.fromkeys(CHAINED, "'x'"),
    "workspace_id": "2",
    "seq": "99",
    "entity_id": "entity_id + 1",
    "subject_id": "subject_id + 1",
    "actor_id": "NULL",
    "id": "id + 1000",
    "hash": "'x'",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_each_changed_column_of_an_entry_is_found(
    filled: Database, settings: Settings, cast: Cast, column: str
) -> None:
    tamper(settings, f"UPDATE activities SET {column} = {COLUMNS[column]} WHERE workspace_id = 1 AND seq = 3")
    report = filled.read(verify_chain, cast.owner)
    assert report.broken_at in (3, 4) and not report.complete
    assert report.entries < 4


def test_every_column_of_an_entry_is_covered(filled: Database) -> None:
    entry = filled.read(lambda tx: tx.one("SELECT * FROM activities WHERE id = 1"), SYSTEM)
    assert entry is not None and entry.keys() == set(COLUMNS)


@pytest.mark.parametrize(
    "change",
    [
        "salt = 'x'",
        "salt = NULL",
        "before = NULL",
        'before = \'{"name":"other"}\'',
        "after = NULL",
        "after = '{}'",
        "before = after, after = before",
        "activity_id = 1000",
        "workspace_id = 2",
        "erased_at = '2026-01-01T00:00:00.000Z'",
        "erased_at = '2026-01-01T00:00:00.000Z', before = '{\"name\":\"other\"}'",
        "erased_at = '2026-01-01T00:00:00.000Z', salt = NULL, before = NULL, after = NULL",
    ],
)
def test_each_changed_content_is_found(filled: Database, settings: Settings, cast: Cast, change: str) -> None:
    tamper(settings, f"UPDATE activity_contents SET {change} WHERE activity_id = 3")
    report = filled.read(verify_chain, cast.owner)
    assert (report.broken_at, report.complete) == (3, False)
    assert report.reason


def test_a_removed_entry_is_found(filled: Database, settings: Settings, cast: Cast) -> None:
    tamper(settings, "DELETE FROM activities WHERE id = 3")
    report = filled.read(verify_chain, cast.owner)
    assert (report.broken_at, report.reason) == (4, "entry 3 is missing")


def test_a_removed_content_is_found(filled: Database, settings: Settings, cast: Cast) -> None:
    tamper(settings, "DELETE FROM activity_contents WHERE activity_id = 3")
    report = filled.read(verify_chain, cast.owner)
    assert (report.broken_at, report.reason) == (3, "its content is missing")


def test_entries_that_changed_places_are_found(filled: Database, settings: Settings, cast: Cast) -> None:
    swap = "UPDATE activities SET seq = {} WHERE workspace_id = 1 AND seq = {}"
    tamper(settings, swap.format(77, 2), swap.format(2, 3), swap.format(3, 77))
    assert filled.read(verify_chain, cast.owner).broken_at == 2


def test_an_inserted_entry_is_found(filled: Database, settings: Settings, cast: Cast) -> None:
    tamper(
        settings,
        """
        INSERT INTO activities
        SELECT 1000, workspace_id, 6, action, entity, entity_id, subject, subject_id, actor_id,
               request_id, created_at, content_hash, previous_hash, hash
          FROM activities WHERE id = 5
        """,
    )
    assert filled.read(verify_chain, cast.owner).broken_at == 6


def test_an_erasure_keeps_the_chain_and_is_an_entry_itself(filled: Database, cast: Cast) -> None:
    assert filled.write(erase_contents, cast.owner, "clients", 1) == 3
    report = filled.read(verify_chain, cast.owner)
    assert (report.entries, report.complete) == (6, True)
    left = filled.read(
        lambda tx: tx.all(
            """
            SELECT salt, before, after
              FROM activity_contents
             WHERE workspace_id = :workspace_id
               AND erased_at IS NOT NULL
            """
        ),
        cast.owner,
    )
    assert left == [{"salt": None, "before": None, "after": None}] * 3
    assert filled.write(erase_contents, cast.owner, "clients", 1) == 1, "the erasure's own content"
    assert filled.read(verify_chain, cast.owner).complete
    assert filled.read(verify_chain, cast.outsider).complete


def test_an_erasure_does_not_reach_into_another_workspace(filled: Database, cast: Cast) -> None:
    filled.write(erase_contents, cast.outsider, "clients", 1)
    texts = filled.read(
        lambda tx: tx.all("SELECT after FROM activity_contents WHERE workspace_id = :workspace_id"),
        cast.owner,
    )
    assert all(row["after"] for row in texts)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE activities SET action = 'x' WHERE workspace_id = :workspace_id",
        "UPDATE activities SET id = id WHERE workspace_id = :workspace_id",
        "DELETE FROM activities WHERE workspace_id = :workspace_id",
        "DELETE FROM activity_contents WHERE workspace_id = :workspace_id",
        "UPDATE activity_contents SET after = '{}' WHERE workspace_id = :workspace_id",
        "UPDATE activity_contents SET erased_at = :now WHERE workspace_id = :workspace_id",
        """
        UPDATE activity_contents SET salt = NULL, before = NULL, after = NULL
         WHERE workspace_id = :workspace_id
        """,
        replacing(
            """
        INSERT OR REPLACE INTO activity_contents (activity_id, workspace_id, salt, before, after)
        VALUES (1, :workspace_id, 'x', NULL, '{}')
        """
        ),
        replacing(
            """
        INSERT OR REPLACE INTO activities
        SELECT id, workspace_id, seq, 'x', entity, entity_id, subject, subject_id, actor_id, request_id,
               created_at, content_hash, previous_hash, hash
          FROM activities WHERE workspace_id = :workspace_id AND seq = 1
        """
        ),
        replacing("UPDATE OR REPLACE activities SET seq = 1 WHERE workspace_id = :workspace_id AND seq = 2"),
    ],
)
def test_the_ledger_is_append_only(filled: Database, cast: Cast, sql: str) -> None:
    with pytest.raises(Exception, match="contradicts") as caught:
        filled.write(lambda tx: tx.run(sql), cast.owner)
    assert "append-only" in getattr(caught.value, "detail", "")
    assert filled.read(verify_chain, cast.owner).complete


def test_a_long_ledger_is_verified_in_parts_over_several_transactions(db: Database, cast: Cast) -> None:
    count = 2 * PAGE + 10
    for _ in range(0, count, 201):
        db.write(write_entries, cast.owner, 201)
    first = db.read(verify_chain, cast.owner, None, 1)
    assert (first.entries, first.complete) == (PAGE, False)
    db.write(write_entries, cast.owner, 1)
    second = db.read(verify_chain, cast.owner, first, 1)
    assert (second.entries, second.complete) == (2 * PAGE, False)
    third = db.read(verify_chain, cast.owner, second, 1)
    assert (third.entries, third.complete) == (count + 1, True)
    assert third == db.read(verify_chain, cast.owner)
    wrong = db.read(verify_chain, cast.owner, replace(second, head=GENESIS), 1)
    assert wrong.broken_at == 2 * PAGE + 1


def test_an_erasure_in_an_earlier_part_is_explained_by_a_later_one(
    db: Database, settings: Settings, cast: Cast
) -> None:
    for _ in range(7):
        db.write(write_entries, cast.owner, (PAGE + 1) // 7)
    db.write(erase_contents, cast.owner, "clients", 1)
    first = db.read(verify_chain, cast.owner, None, 1)
    assert first.unexplained == {("clients", 1): 1}
    assert db.read(verify_chain, cast.owner, first, 1).complete
    tamper(settings, f"DELETE FROM activities WHERE seq > {PAGE + 1}")
    report = db.read(verify_chain, cast.owner)
    assert (report.broken_at, report.reason) == (1, "its content was erased without an entry of that")


def test_workspaces_have_chains_of_their_own(filled: Database, cast: Cast, settings: Settings) -> None:
    tamper(settings, "UPDATE activities SET action = 'x' WHERE workspace_id = 2 AND seq = 1")
    assert filled.read(verify_chain, cast.owner).complete
    assert filled.read(verify_chain, cast.outsider).broken_at == 1
    assert filled.read(verify_chain, Actor(999, None)).complete
