"""Each order of a list is read along an index, empty values and values of other tables included."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from crm.clients.filters import CLIENTS
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.list_parts import Listed, ListRow, Order
from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.list_pages import read_page
from crm.db.postgres.roles import grant
from crm.db.transaction import Transaction
from crm.db.values import Params, SQLValue
from crm.kinds import open_database
from crm.leads.filters import LEADS
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.engines import run_on_server
from tests.support.leads import add_lead, furnish, stages_of

ROLE = "kim"
ROWS = 4_000
LIMIT = 26
FEW = 40 * LIMIT
"""What a page may visit, far below a walk through all rows."""
CACHED = "SET LOCAL random_page_cost = 1.1"
"""As where the tables are in memory; else a walk through so small ones is cheaper than some jumps."""
COPIED = """
    DO $do$
    DECLARE names text;
    BEGIN
        SELECT string_agg(format('%I', attname), ', ') INTO names
          FROM pg_attribute
         WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped
           AND attname NOT IN ({changed});
        EXECUTE format('INSERT INTO {table} ({changed_names}, %s) SELECT {values}, %s FROM {table}, '
                       'generate_series(1, {rows}) n WHERE {table}.id = 1', names, names);
    END $do$
"""
OF_CLIENTS = {
    "name_key": "'name ' || n % 50",
    "email_key": "CASE WHEN n % 3 = 0 THEN 'e' || n END",
    "phone": "CASE WHEN n % 4 = 0 THEN '+49' || n END",
    "first_tag": "CASE WHEN n % 7 = 0 THEN 't' || n % 5 END",
    "owner_id": "CASE WHEN n % 2 = 0 THEN 1 END",
}
OF_LEADS = {
    "rank": "'rank ' || n",
    "title_key": "'title ' || n % 50",
    "source_key": "CASE WHEN n % 3 = 0 THEN 's' || n END",
    "first_tag": "CASE WHEN n % 7 = 0 THEN 't' || n % 5 END",
    "owner_id": "CASE WHEN n % 2 = 0 THEN 1 END",
    "stage_id": "CASE WHEN n % 2 = 0 THEN {first} ELSE {second} END",
}


class Noting:
    """Runs what it is told, and keeps the statements."""

    def __init__(self, tx: Transaction) -> None:
        self.said: list[tuple[str, Params]] = []
        self._tx = tx

    def tuples(self, sql: str, **params: SQLValue) -> list[ListRow]:
        self.said.append((sql, params))
        return self._tx.tuples(sql, **params)

    def value(self, sql: str, **params: SQLValue) -> object:
        return self._tx.value(sql, **params)

    def run(self, sql: str, **params: SQLValue) -> int:
        return self._tx.run(sql, **params)

    def run_many(self, sql: str, rows: Sequence[Params]) -> object:
        return self._tx.run_many(sql, rows)


@pytest.fixture
def many(db: Database, cast: Cast) -> None:
    """Of one client and one lead, unlike in what they are sorted by."""
    furnish(db, cast.owner)
    stages = stages_of(db, cast.owner)
    client = add_client(db, cast.owner)
    lead = add_lead(db, cast.owner, client_id=client.id)
    assert (client.id, lead.id) == (1, 1)
    first, second, *_ = (stage.id for stage in stages.values())
    of_leads = {name: value.format(first=first, second=second) for name, value in OF_LEADS.items()}
    run_on_server([copying("clients", OF_CLIENTS), copying("leads", of_leads), "ANALYZE"])


def copying(table: str, values: dict[str, str]) -> str:
    return COPIED.format(
        table=table,
        rows=ROWS,
        changed=", ".join(f"'{name}'" for name in ["id", *values]),
        changed_names=", ".join(values),
        values=", ".join(values.values()).replace("'", "''").replace("%", "%%"),
    )


def visited(tx: Transaction, sql: str, params: Params) -> int:
    """How many rows its scans found, or threw away."""
    (found,) = tx.tuples(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {sql}", **params)
    return sum(rows_of(orjson.loads(found[0])[0]["Plan"]))


def rows_of(node: dict[str, Any]) -> Iterator[int]:
    for below in node.get("Plans", []):
        yield from rows_of(below)
    if "Scan" in node["Node Type"]:
        passed = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        yield round(passed * node["Actual Loops"])


@pytest.fixture
def fenced(many: None, prepared: Settings) -> Iterator[Database]:
    """By a role that policies hold to one workspace."""
    assert prepared.database_url is not None
    url = prepared.database_url.get_secret_value()
    address = url.replace("postgres@", f"{ROLE}@")
    run_on_server([f"CREATE ROLE {ROLE} LOGIN NOINHERIT", f"CREATE ROLE {ROLE}_everywhere"])
    run_on_server([f"GRANT {ROLE}_everywhere TO {ROLE}"])
    with connect(url) as owner:
        grant(owner, address)
    database = open_database(prepared.model_copy(update={"database_url": SecretStr(address)}))
    assert database.engine.guards().whole
    yield database
    database.close()
    with connect(url) as owner:
        unfence(owner)


def unfence(owner: Connection) -> None:
    for table, policy in owner.execute(b"SELECT tablename, policyname FROM pg_policies").fetchall():
        owner.execute(f"DROP POLICY {policy} ON {table}".encode())
        owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY".encode())
    for role in (ROLE, f"{ROLE}_everywhere"):
        owner.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


@pytest.mark.parametrize("who", ["db", "fenced"])
@pytest.mark.parametrize("listed", [CLIENTS, LEADS])
@pytest.mark.usefixtures("many")
def test_a_page_in_any_order_visits_few_rows_and_pages_follow_one_another(
    request: pytest.FixtureRequest, cast: Cast, listed: Listed, who: str
) -> None:
    """Policies add a condition to each statement: they keep no index from being used."""
    check_orders(request.getfixturevalue(who), cast.owner, listed)


def check_orders(db: Database, who: Actor, listed: Listed) -> None:
    for name, sort in listed.sorts.items():
        for descending in (False, True):
            if sort.of_trash:
                continue
            order = Order(name, descending)
            seen = db.read(walk_pages, who, listed, order)
            assert len({row for _, row in seen}) == 3 * LIMIT, order
            assert [keys for keys, _ in seen] == sorted((keys for keys, _ in seen), reverse=descending), order


def walk_pages(tx: Transaction, listed: Listed, order: Order) -> list[tuple[Any, int]]:
    """Three pages: what each row is sorted by, and its id."""
    tx.run(CACHED)
    width = len(listed.sorts[order.key].columns)
    seen: list[tuple[Any, int]] = []
    after: list[str | int] | None = None
    for page in range(3):
        noting = Noting(tx)
        rows = read_page(noting, listed, [], order, after=after, deleted=False, limit=LIMIT, shown={}).rows
        for sql, params in noting.said:
            assert visited(tx, sql, params) < FEW, (listed.table, order, page, sql)
        after = list(rows[-1][-width:])
        seen += [(row[-width:], row[0]) for row in rows]
    return seen
