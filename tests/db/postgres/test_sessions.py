"""Transactions on a server keep what they promise on the file: in turn, whole, typed and guarded."""

import os
import threading

import psycopg
import pytest

from crm.clients.client import get_client
from crm.clients.clients import change_client
from crm.clients.fields import PatchedClient
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.failures import IntegrityConflict, TenantViolation
from crm.db.transaction import Transaction
from crm.db.values import SQLValue
from crm.errors import Busy, Invalid, Stale
from crm.fields import parse_fields
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.threads import run_in_threads

TIMES = 10
END_OTHERS = b"""
    SELECT pg_terminate_backend(pid)
      FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'holdfast'
"""
COUNT = "SELECT version FROM alert_settings WHERE id = 1"


def count_up(tx: Transaction) -> None:
    """Reads, and then writes what it made of that: only right where nobody comes between."""
    tx.run("UPDATE alert_settings SET version = :next WHERE id = 1", next=tx.value(COUNT) + 1)


def test_writes_to_one_workspace_follow_one_another(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner, name="0")

    def add_one(_: int) -> None:
        def change(tx: Transaction) -> None:
            name = int(get_client(tx, client.id).name) + 1
            change_client(tx, client.id, parse_fields(PatchedClient, {"name": str(name)}))

        for _time in range(TIMES):
            db.write(change, cast.owner)

    run_in_threads(add_one, 16)
    assert db.read(get_client, cast.owner, client.id).name == str(16 * TIMES)


def test_writes_without_a_workspace_run_again_where_another_came_between(db: Database) -> None:
    before = db.read(lambda tx: tx.value(COUNT), SYSTEM)
    run_in_threads(lambda _: [db.write(count_up, SYSTEM) for _ in range(TIMES)], 8)
    assert db.read(lambda tx: tx.value(COUNT), SYSTEM) == before + 8 * TIMES


def test_a_version_that_is_stale_is_refused_to_all_but_one(db: Database, cast: Cast) -> None:
    client = add_client(db, cast.owner)
    outcomes: list[bool] = []

    def change(place: int) -> None:
        try:
            patch_client(db, cast.owner, client.id, {"city": str(place)}, expected_version=client.version)
            outcomes.append(True)
        except Stale:
            outcomes.append(False)

    run_in_threads(change, 16)
    assert outcomes.count(True) == 1 and len(outcomes) == 16


def test_a_read_sees_one_moment(db: Database) -> None:
    def read_twice(tx: Transaction) -> tuple[int, int]:
        first = tx.value(COUNT)
        other = threading.Thread(target=lambda: db.write(count_up, SYSTEM))
        other.start()
        other.join()
        return first, tx.value(COUNT)

    first, second = db.read(read_twice, SYSTEM)
    assert first == second
    assert db.read(lambda tx: tx.value(COUNT), SYSTEM) == first + 1


def test_a_part_that_fails_leaves_the_others(db: Database) -> None:
    def in_parts(tx: Transaction) -> None:
        count_up(tx)
        with pytest.raises(IntegrityConflict), tx.savepoint():
            tx.run("INSERT INTO alert_settings (id, zone, thresholds, version) VALUES (2, '', '', 1)")
        count_up(tx)

    before = db.read(lambda tx: tx.value(COUNT), SYSTEM)
    db.write(in_parts, SYSTEM)
    assert db.read(lambda tx: tx.value(COUNT), SYSTEM) == before + 2


def test_a_write_whose_statement_failed_saves_nothing_even_when_the_failure_is_caught(db: Database) -> None:
    def unheeding(tx: Transaction) -> None:
        count_up(tx)
        with pytest.raises(IntegrityConflict):
            tx.run("INSERT INTO alert_settings (id, zone, thresholds, version) VALUES (2, '', '', 1)")

    before = db.read(lambda tx: tx.value(COUNT), SYSTEM)
    with pytest.raises(IntegrityConflict):
        db.write(unheeding, SYSTEM)
    assert db.read(lambda tx: tx.value(COUNT), SYSTEM) == before


def test_a_read_cannot_write(db: Database) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        db.read(count_up, SYSTEM)


def test_values_are_those_that_the_file_gives(db: Database) -> None:
    sql = """
        SELECT sum(n), avg(n), max(n) = 3, CAST(:whole AS INTEGER), CAST(:part AS REAL), CAST(:text AS TEXT),
               CAST(:bytes AS BLOB), CAST(:nothing AS TEXT), json_group_array(n)
          FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3) numbers
    """
    given: dict[str, SQLValue] = {
        "whole": 2**40,
        "part": 0.25,
        "text": "50 % :of 'it'",
        "bytes": b"\x00\xff",
        "nothing": None,
    }
    found = db.read(lambda tx: tx.tuples(sql, **given), SYSTEM)
    assert found == [(6, 2.0, 1, 2**40, 0.25, "50 % :of 'it'", b"\x00\xff", None, "[1, 2, 3]")]
    assert [type(each) for each in found[0][:5]] == [int, float, int, int, float]


def test_a_text_with_nul_is_refused_and_the_transaction_goes_on(db: Database) -> None:
    def write(tx: Transaction) -> None:
        with pytest.raises(Invalid):
            tx.run("UPDATE alert_settings SET zone = :zone", zone="a\x00b")
        count_up(tx)

    db.write(write, SYSTEM)


def test_a_statement_that_forgets_the_workspace_is_refused(db: Database, cast: Cast) -> None:
    for sql in ("SELECT count(*) FROM clients", "SELECT 1 FROM tags t JOIN leads l ON l.id = t.id"):
        with pytest.raises(TenantViolation):
            db.read(lambda tx, text: tx.value(text), cast.owner, sql)


def test_the_history_cannot_be_changed(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner)
    for sql in (
        "UPDATE activities SET action = 'x' WHERE workspace_id = :workspace_id",
        "DELETE FROM activities WHERE workspace_id = :workspace_id",
    ):
        with pytest.raises(IntegrityConflict, match="contradicts"):
            db.write(lambda tx, text: tx.run(text), cast.owner, sql)


def test_a_killed_connection_fails_one_change_and_the_next_succeeds(db: Database) -> None:
    def lose_it(tx: Transaction) -> None:
        count_up(tx)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute(END_OTHERS)
        count_up(tx)

    before = db.read(lambda tx: tx.value(COUNT), SYSTEM)
    with pytest.raises(Busy):
        db.write(lose_it, SYSTEM)
    db.write(count_up, SYSTEM)
    assert db.read(lambda tx: tx.value(COUNT), SYSTEM) == before + 1
