"""Every SQL text of the rooms is one that PostgreSQL takes too, translated by the rules of its test support.

The texts are those in the code, those of a little life lived here, and, in a run of all tests, whatever ran.
"""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_args

import apsw
import psycopg
import pytest

from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients, list_clients
from crm.config import Settings
from crm.conversations.thread.inbox import Box, InboxFilter, list_conversations
from crm.db.actor import Actor
from crm.db.sqlite.engine import open_reader
from crm.kinds import open_database
from crm.leads.board import show_board
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.leads.filters import LeadFilter
from crm.leads.listing import count_leads, list_leads
from crm.leads.pipeline import list_pipelines
from tests.conftest import RECORDER
from tests.support.places import settings_below
from tests.support.portable_sql import recorded_texts, tables_of_tests, texts_in_code, was_whole_run
from tests.support.postgres import build_schema, cluster, program, refusal_of, translated
from tests.support.rich import export_everything

There = psycopg.Connection[tuple[object, ...]]
pytestmark = pytest.mark.serial  # after the others, whose texts it looks at
CLIENT_FILTERS: list[dict[str, Any]] = [
    {"q": "ann 030 1234"}, {"tag": "VIP"}, {"city": "Köln"}, {"email": "a@example.org"}, {"status": "active"},
    {"owner_id": 0}, {"phone": "+4930123456"},
]  # fmt: skip
LEAD_FILTERS: list[dict[str, Any]] = [
    {"q": "roof"}, {"tag": "VIP"}, {"status": "open"}, {"value_from": 1}, {"closes_to": "2027-01-01"},
    {"stale": True}, {"stale": False}, {"source": "fair"}, {"owner_id": 0},
]  # fmt: skip


@pytest.fixture(scope="module")
def there() -> Iterator[There]:
    """A PostgreSQL with the tables as all migrations leave them."""
    if program("initdb") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    with cluster() as address, psycopg.connect(address, autocommit=True) as connection:
        build_schema(connection)
        yield connection


@pytest.fixture(scope="module")
def schema(template: Path) -> Iterator[apsw.Connection]:
    live = open_reader(settings_below(template).sqlite_path)
    yield live
    live.close()


@pytest.fixture
def texts(prepared: Settings, tmp_path: Path) -> dict[str, str]:
    """Each text with the operation that runs it."""
    live_a_little(prepared, tmp_path)
    ran = {**dict(recorded_texts()), **RECORDER.texts}
    of_tests = re.compile(rf"\b({'|'.join(tables_of_tests())})\b")
    return {**{sql: place for sql, place in ran.items() if not of_tests.search(sql)}, **texts_in_code().found}


def live_a_little(settings: Settings, folder: Path) -> None:
    """Something of everything, and each list by each of its filters, alone and together."""
    rich = export_everything(settings, folder / "all.zip")
    owner = Actor(rich.workspace_id, 1)
    db = open_database(settings)
    try:
        for sort, one, two in product(CLIENT_SORTS, CLIENT_FILTERS, CLIENT_FILTERS):
            clients = ClientFilter(**{**one, **two}, deleted=CLIENT_SORTS[sort].of_trash)
            db.read(list_clients, owner, clients, sort=sort, limit=2)
            db.read(count_clients, owner, clients)
        for sort, one, two in product(LEAD_SORTS, LEAD_FILTERS, LEAD_FILTERS):
            leads = LeadFilter(**{**one, **two}, deleted=LEAD_SORTS[sort].of_trash)
            db.read(list_leads, owner, leads, sort=sort, limit=2)
            db.read(count_leads, owner, leads)
        for pipeline in db.read(list_pipelines, owner):
            db.read(show_board, owner, pipeline.id, LeadFilter(q="roof"), limit=5)
        for box, q in product(get_args(Box), (None, "hello")):
            db.read(list_conversations, owner, InboxFilter(box=box, q=q, client_id=1, lead_id=1), limit=2)
    finally:
        db.close()


def test_postgresql_prepares_every_statement(there: There, texts: dict[str, str]) -> None:
    refused = {
        f"{place}: {reason}\n{translated(sql)}"
        for sql, place in texts.items()
        if (reason := refusal_of(there, sql)) is not None
    }
    assert len(texts) > 400, len(texts)
    assert not refused, "\n".join(sorted(refused))


@pytest.mark.parametrize(
    "trap",
    [
        "SELECT 1 FROM clients WHERE workspace_id = :workspace_id AND :p IS NULL",
        "SELECT count(*) FROM (SELECT 1 FROM clients WHERE workspace_id = :workspace_id)",
        "SELECT 1 FROM clients WHERE workspace_id = :workspace_id AND company_id IS :p",
        "SELECT name, count(*) FROM clients WHERE workspace_id = :workspace_id GROUP BY status",
        "SELECT 1 FROM clients WHERE workspace_id = :workspace_id AND version",
        "SELECT sum(status = 'active') FROM clients WHERE workspace_id = :workspace_id",
        "SELECT group_concat(name) FROM clients WHERE workspace_id = :workspace_id",
        "SELECT no_such_column FROM clients WHERE workspace_id = :workspace_id",
    ],
)
def test_what_only_sqlite_takes_is_refused(there: There, trap: str) -> None:
    assert refusal_of(there, trap) is not None


def test_no_order_is_by_what_may_be_empty(schema: apsw.Connection, texts: dict[str, str]) -> None:
    """NULL comes first in one engine, and last in the other."""
    nullable = nullable_columns(schema)
    found = {f"{place}: {term}" for sql, place in texts.items() for term in orders_of_nothing(sql, nullable)}
    assert not found, "\n".join(sorted(found))


def test_what_is_compared_by_like_is_compared_without_regard_to_case(texts: dict[str, str]) -> None:
    """SQLite's LIKE takes a for A, PostgreSQL's does not: what people typed is folded on both sides."""
    found = {
        f"{place}: {' '.join(sql.split())}"
        for sql, place in texts.items()
        for left, pattern in re.findall(r"(\S+) LIKE (\S+)", sql)
        if not pattern.startswith("'") and not (left.lstrip("(").startswith("lower(") and "lower(" in pattern)
    }
    assert not found, "\n".join(sorted(found))


def test_what_is_claimed_is_claimed_by_its_state_too(texts: dict[str, str]) -> None:
    """Two may choose one row at once: the second to change it finds it claimed, whichever engine it is."""
    claims = [sql for sql in texts if re.search(r"UPDATE \w+\s+SET .*WHERE id = \(\s*SELECT", sql, re.DOTALL)]
    assert claims
    for sql in claims:
        assert re.search(r"LIMIT 1\s*\)\s+AND state = '", sql), sql


def test_an_order_by_what_may_be_empty_is_seen(schema: apsw.Connection) -> None:
    nullable = nullable_columns(schema)
    sql = "SELECT 1 FROM tasks t WHERE t.workspace_id = :workspace_id ORDER BY t.done_at DESC, t.id"
    assert orders_of_nothing(sql, nullable) == ["t.done_at"]
    assert not orders_of_nothing(sql.replace("DESC", "DESC NULLS LAST"), nullable)
    assert not orders_of_nothing(sql.replace(" ORDER", " AND t.done_at IS NOT NULL ORDER"), nullable)


def test_all_texts_that_are_put_together_were_run(texts: dict[str, str]) -> None:
    """In a run of all tests: what no test runs, nobody has prepared either."""
    if not was_whole_run():
        pytest.skip("only part of the tests has run on this code")
    assert texts_in_code().composed - set(texts.values()) == set()


def nullable_columns(live: apsw.Connection) -> dict[str, set[str]]:
    """By table."""
    rows = live.execute(
        """SELECT t.name, c.name
             FROM pragma_table_list t
             JOIN pragma_table_info(t.name) c
            WHERE t.schema = 'main' AND t.type = 'table' AND NOT c."notnull" AND NOT c.pk"""
    )
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(str(table), set()).add(str(column))
    return found


def orders_of_nothing(sql: str, nullable: dict[str, set[str]]) -> list[str]:
    """The columns by which it sorts, and that may be empty in what it sorts."""
    tables = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN)\s+(\w+) (\w+)", sql)}
    plain = re.findall(r"FROM\s+(\w+)\s+(?:WHERE|ORDER|$)", sql)
    found = []
    for clause in re.findall(r"ORDER BY\s+((?:[^()]|\([^()]*\))*?)(?:\)|LIMIT|RETURNING|$)", sql):
        for term in re.split(r",(?![^(]*\))", clause):
            column = term.split()[0].lstrip("+") if term.split() else ""
            alias, _, name = column.rpartition(".")
            owners = [tables.get(alias, alias)] if alias else plain
            empty = any(name in nullable.get(table, ()) for table in owners)
            if empty and "NULLS" not in term and f"{column} IS NOT NULL" not in sql:
                found.append(column)
    return found
