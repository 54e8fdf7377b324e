"""Making the tables on a server, and bringing older ones up to date."""

import pytest

from crm.config import Settings
from crm.db.migrations import Migration, MigrationRefused, load_migrations
from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.migrations import bring_up_to_date
from crm.db.postgres.startup import prepare, without_password
from crm.db.postgres.upgrading import statements_for
from crm.db.refusal import StartRefused

FIRST = 91
"""The migrations to which PostgreSQL was first built: no database on it is older."""
EACH_KIND = """
    ALTER TABLE clients ADD COLUMN nickname TEXT NOT NULL DEFAULT '';
    ALTER TABLE clients ADD COLUMN spouse_id INTEGER REFERENCES clients (id);
    DROP INDEX clients_by_city;
    CREATE INDEX        clients_by_city ON clients (workspace_id, city_key); -- aligned; with a sign
    CREATE TABLE boats (
        id           INTEGER PRIMARY KEY,
        workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
        name         TEXT    NOT NULL,
        UNIQUE (workspace_id, id)
    ) STRICT;
    CREATE UNIQUE INDEX boats_name ON boats (workspace_id, name);
    CREATE VIRTUAL TABLE boats_search USING fts5 (grams, content='');
    CREATE TRIGGER tags_keep BEFORE DELETE ON tags BEGIN SELECT RAISE (ABORT, 'kept'); END;
    DROP TRIGGER client_consents_keep;
    INSERT INTO boats (workspace_id, name) SELECT id, name FROM workspaces;
    UPDATE clients SET city = '' WHERE city IS NULL;
"""
SHAPE = b"""
    SELECT 'column', table_name, column_name, data_type, is_nullable, column_default
      FROM information_schema.columns
     WHERE table_schema = 'public'
     UNION ALL
    SELECT 'index', tablename, indexname, indexdef, NULL, NULL FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL
    SELECT 'rule', conrelid::regclass::text, pg_get_constraintdef(oid), NULL, NULL, NULL FROM pg_constraint
     UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, NULL, NULL, NULL FROM pg_trigger WHERE NOT tgisinternal
"""


def opened(settings: Settings) -> Connection:
    assert settings.database_url is not None
    return connect(settings.database_url.get_secret_value())


def shape_of(connection: Connection) -> set[tuple[object, ...]]:
    return set(connection.execute(SHAPE).fetchall())


def test_what_no_rule_translates_is_refused_by_its_name() -> None:
    odd = Migration(1, "odd", "ALTER TABLE clients RENAME TO people;")
    with pytest.raises(MigrationRefused, match=r"odd.*file of its own"):
        statements_for(odd, [Migration(1, "odd", "SELECT 1;")])


def test_each_kind_of_statement_makes_of_an_older_database_what_a_new_one_is(
    prepared: Settings, unprepared: Settings
) -> None:
    """And so do all migrations since PostgreSQL was first built to."""
    migrations = load_migrations()
    newer = [*migrations, Migration(len(migrations) + 1, "tried", EACH_KIND)]
    with opened(unprepared) as connection:
        bring_up_to_date(connection, migrations[:FIRST])
        bring_up_to_date(connection, migrations)
        with opened(prepared) as new:
            assert shape_of(connection) == shape_of(new)
        bring_up_to_date(connection, newer)
        upgraded = shape_of(connection)
        connection.execute(b"DROP SCHEMA public CASCADE")
        connection.execute(b"CREATE SCHEMA public")
        bring_up_to_date(connection, newer)
        assert upgraded == shape_of(connection)


def test_a_newer_or_a_foreign_database_is_refused(unprepared: Settings) -> None:
    migrations = load_migrations()
    with opened(unprepared) as connection:
        connection.execute(b"CREATE TABLE songs (id int)")
        with pytest.raises(MigrationRefused, match="tables of another program, such as songs"):
            bring_up_to_date(connection, migrations)
        connection.execute(b"DROP TABLE songs")
        bring_up_to_date(connection, migrations)
        with pytest.raises(MigrationRefused, match="newer Holdfast"):
            bring_up_to_date(connection, migrations[:-1])
        changed = [*migrations[:-1], Migration(len(migrations), "changed", "SELECT 1;")]
        with pytest.raises(MigrationRefused, match="not a successor"):
            bring_up_to_date(connection, changed)


def test_a_database_that_is_not_utf8_is_refused(unprepared: Settings) -> None:
    with opened(unprepared) as connection:
        connection.execute(b"CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
        name = connection.info.dbname
    assert unprepared.database_url is not None
    url = unprepared.database_url.get_secret_value().replace(f"/{name}?", "/latin?")
    latin = unprepared.model_copy(update={"database_url": type(unprepared.database_url)(url)})
    with pytest.raises(StartRefused, match="encoding LATIN1; UTF8 is needed"):
        prepare(latin)
    with opened(latin) as connection:
        assert connection.execute(b"SELECT 1 FROM pg_class WHERE relname = 'clients'").fetchall() == []


def test_a_server_that_is_not_there_is_a_refusal_without_the_password(settings: Settings) -> None:
    url = settings.model_copy(
        update={"database_url": type(settings).model_validate({"database_url": ADDRESS}).database_url}
    )
    with pytest.raises(StartRefused) as refusal:
        prepare(url)
    assert "DATABASE_URL" in str(refusal.value) and "s3cret" not in str(refusal.value)
    assert "s3cret" not in without_password(f'bad port in "{ADDRESS}", s3cret', ADDRESS)


ADDRESS = "postgresql://ann:s3cret@127.0.0.1:1/crm"
