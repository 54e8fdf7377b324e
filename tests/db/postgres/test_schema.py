"""The tables of both engines agree: table by table, column by column, index by index."""

import re
from collections.abc import Iterator

import apsw
import pytest

from crm.config import Settings
from crm.db.migrations import load_migrations
from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.schema import NOT_MADE, blueprint
from crm.db.sqlite.tables import describe_tables, tables_of

KINDS = {"INTEGER": "bigint", "TEXT": "text", "REAL": "double precision", "BLOB": "bytea"}


@pytest.fixture
def there(prepared: Settings) -> Iterator[Connection]:
    assert prepared.database_url is not None
    with connect(prepared.database_url.get_secret_value()) as connection:
        yield connection


@pytest.fixture(scope="module")
def here() -> Iterator[apsw.Connection]:
    plan = blueprint(load_migrations())
    yield plan
    plan.close()


def test_every_column_is_there_with_its_type_and_rule_for_nothing(
    here: apsw.Connection, there: Connection
) -> None:
    wanted = {
        (name, column, KINDS[kind], column in table.required)
        for name, table in describe_tables(here).items()
        for column, kind in table.types
    }
    rows = there.execute(
        b"""SELECT table_name, column_name, data_type, is_nullable
              FROM information_schema.columns
             WHERE table_schema = 'public'
               AND table_name NOT IN ('schema_migrations', 'installation')
               AND table_name NOT LIKE '%\\_search'"""
    )
    assert {(table, column, kind, nullable == "NO") for table, column, kind, nullable in rows} == wanted


def test_every_text_is_compared_by_its_bytes(there: Connection) -> None:
    """As SQLite compares: the collation of the database itself may be any."""
    rows = there.execute(
        b"""SELECT table_name, column_name
              FROM information_schema.columns
             WHERE table_schema = 'public'
               AND data_type = 'text'
               AND collation_name IS DISTINCT FROM 'C'
               AND table_name NOT IN ('schema_migrations', 'installation')"""
    )
    assert rows.fetchall() == []


def test_every_reference_is_there(here: apsw.Connection, there: Connection) -> None:
    wanted = {
        (name, reference.parent, tuple(sorted(reference.pairs)))
        for name, table in describe_tables(here).items()
        for reference in table.references
    }
    rows = there.execute(
        b"""SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
                   array_agg(a.attname::text ORDER BY k.place), array_agg(b.attname::text ORDER BY k.place)
              FROM pg_constraint c
              CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY k(mine, other, place)
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.mine
              JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.other
             WHERE c.contype = 'f'
             GROUP BY c.oid, c.conrelid, c.confrelid"""
    )
    found = {(a, b, tuple(sorted(zip(mine, other, strict=True)))) for a, b, mine, other in rows}
    assert found == wanted


def test_every_index_is_there_and_as_unique(here: apsw.Connection, there: Connection) -> None:
    wanted = {
        (str(name), bool(unique))
        for table in tables_of(here)
        for name, unique in here.execute(
            """SELECT name, "unique" FROM pragma_index_list(?) WHERE origin = 'c'""", (table,)
        )
    }
    rows = there.execute(
        b"""SELECT c.relname, i.indisunique
              FROM pg_index i
              JOIN pg_class c ON c.oid = i.indexrelid
             WHERE c.relnamespace = 'public'::regnamespace
               AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
               AND c.relname NOT LIKE '%\\_search\\_%'"""
    )
    assert {(name, bool(unique)) for name, unique in rows} == wanted


def test_every_unique_key_is_there(here: apsw.Connection, there: Connection) -> None:
    wanted = {(name, table.key) for name, table in describe_tables(here).items() if table.key}
    for table in tables_of(here):
        for (index,) in here.execute(
            "SELECT name FROM pragma_index_list(?) WHERE origin = 'u'", (table,)
        ).fetchall():
            columns = here.execute(
                "SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,)
            ).fetchall()
            wanted.add((table, tuple(str(column) for (column,) in columns)))
    rows = there.execute(
        b"""SELECT c.conrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place)
              FROM pg_constraint c
              CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k(mine, place)
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.mine
             WHERE c.contype IN ('p', 'u') AND c.connamespace = 'public'::regnamespace
               AND c.conrelid::regclass::text !~ '_search$|^schema_|^installation$'
             GROUP BY c.oid, c.conrelid"""
    )
    assert {(table, tuple(columns)) for table, columns in rows} == wanted


def test_every_trigger_is_there_but_those_of_a_cache_of_sqlite(
    here: apsw.Connection, there: Connection
) -> None:
    names = {str(name) for (name,) in here.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")}
    rows = there.execute(b"SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    assert {name for (name,) in rows} == {name for name in names if NOT_MADE not in name}


def test_an_index_that_is_not_unique_ends_in_the_id(there: Connection) -> None:
    """So that a list is walked along it in the order of ids, as along SQLite's."""
    rows = there.execute(b"SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'").fetchall()
    ends = [text for (text,) in rows if re.search(r"^CREATE INDEX clients_\w+ ON public\.clients ", text)]
    assert ends and all("id)" in text for text in ends)
