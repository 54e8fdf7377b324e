"""Invoice numbers are without gaps under 32 writers, and whoever is killed while issuing leaves nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.documents.invoice_fields import InvoiceFields
from crm.documents.invoice_issuing import issue_invoice
from crm.documents.invoices import create_invoice
from crm.kinds import open_database
from crm.numbers.checking import check_numbers
from tests.support.cast import Cast
from tests.support.forks import in_fork
from tests.support.invoices import LINE, make_buyer, owner_of_company
from tests.support.mortal import run_until
from tests.support.processes import run_in_processes

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]
PROCESSES, THREADS = 8, 4
MOST_STATEMENTS = 120
COUNTED = (
    "invoices WHERE state = 'open'",
    "invoices WHERE content IS NOT NULL AND parties IS NOT NULL",
    "issued_numbers WHERE kind = 'invoice'",
    "activities WHERE action = 'invoice.issued'",
)


def draft(db: Database, actor: Actor, client_id: int) -> int:
    fields = InvoiceFields.model_validate({"client_id": client_id, "lines": [LINE]})
    return db.write(create_invoice, actor, fields).id


def issue_some(settings: Settings, actor: Actor, client_id: int) -> list[str]:
    db = open_database(settings)

    def one(_: int) -> str:
        return db.write(issue_invoice, actor, draft(db, actor, client_id)).name

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, range(THREADS)))
    finally:
        db.close()


def test_numbers_of_thirty_two_issuers_are_unique_and_without_gaps(
    app: Flask, db: Database, prepared: Settings, cast: Cast
) -> None:
    client_id = make_buyer(owner_of_company(app, db, cast))
    work = [(prepared, cast.owner, client_id)] * PROCESSES
    found = [name for part in run_in_processes(issue_some, work, seconds=150) for name in part]
    assert sorted(int(name[-5:]) for name in found) == list(range(1, PROCESSES * THREADS + 1))
    assert db.read(check_numbers, cast.owner).findings == []


def issue_in(settings: Settings, actor: Actor, invoice_id: int) -> None:
    open_database(settings).write(issue_invoice, actor, invoice_id)


def count(settings: Settings) -> str:
    def look(tx: Transaction) -> list[int]:
        return [int(tx.value(f"SELECT count(*) FROM {table}")) for table in COUNTED]

    return json.dumps(open_database(settings).read(look, SYSTEM))


def kill_at_each_statement(settings: Settings, actor: Actor, invoice_id: int) -> list[list[int]]:
    """What is there after each round; the last one lives. No database is open in this process itself."""
    found: list[list[int]] = []
    for fatal in range(1, MOST_STATEMENTS):
        step = run_until(fatal, settings.upload_folder, lambda: issue_in(settings, actor, invoice_id))
        found.append(json.loads(in_fork(lambda out: out(count(settings)))))
        if not step:
            break
    return found


def test_who_is_killed_at_any_statement_of_issuing_leaves_neither_number_nor_invoice(
    app: Flask, db: Database, prepared: Settings, cast: Cast
) -> None:
    invoice_id = draft(db, cast.owner, make_buyer(owner_of_company(app, db, cast)))
    work = [(prepared, cast.owner, invoice_id)]
    (rounds,) = run_in_processes(kill_at_each_statement, work, seconds=150)
    assert len(rounds) > 10, "it was killed at each of its statements"
    assert rounds[-1] == [1, 1, 1, 1]
    assert rounds[:-1] == [[0, 0, 0, 0]] * (len(rounds) - 1)
    assert db.read(check_numbers, cast.owner).findings == []
