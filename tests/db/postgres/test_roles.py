"""Roles that guard what the program itself could break: the history, and the rows of other workspaces."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from pydantic import SecretStr

from crm.appliance.transfer import export_to
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.db.grams import ID_MASK
from crm.db.moving.server_source import ServerSource
from crm.db.postgres.checks import of_server
from crm.db.postgres.connections import connect
from crm.db.postgres.fulltext import MATCHES
from crm.db.postgres.startup import prepare
from crm.db.refusal import StartRefused
from crm.db.transaction import Transaction
from crm.kinds import open_database
from tests.support.cast import Cast, gather_cast
from tests.support.clients import add_client
from tests.support.engines import TestCluster
from tests.support.places import settings_below

ROLE = "ann"
FORGETFUL = 'SELECT count(*) FROM "clients"'
"""The check of texts does not see that it names a table of workspaces."""
ALTERED = (
    "UPDATE activities SET action = 'x'",
    "DELETE FROM activities",
    "TRUNCATE activities, activity_contents",
    "DELETE FROM activity_contents",
    "ALTER TABLE activities DISABLE TRIGGER ALL",
    "DROP TRIGGER activities_keep_update ON activities",
    "DROP FUNCTION activities_keep_update() CASCADE",
    "UPDATE schema_migrations SET digest = ''",
    "SET session_replication_role = replica",
    "ALTER TABLE clients DISABLE ROW LEVEL SECURITY",
    "DROP POLICY of_one_workspace ON clients",
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A database of one role for all, `told` what the doctor said of that, and then of three roles."""

    settings: Settings
    superuser: str
    told: str
    cast: Cast


@pytest.fixture(scope="module")
def guarded(postgres: TestCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """In the course of its life: begun with one role, then after what the doctor says to run."""
    with postgres.bare_database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {ROLE} LOGIN".encode())
        connection.execute(f"ALTER SCHEMA public OWNER TO {ROLE}".encode())
        alone = settings_below(tmp_path_factory.mktemp("guarded")).model_copy(
            update={"database_url": SecretStr(url.replace("postgres@", f"{ROLE}@"))}
        )
        prepare(alone)
        with closing(open_database(alone)) as database:
            cast = gather_cast(database)
        told = roles_in(alone)
        connection.execute(told.partition("as a superuser: ")[2].encode())
        owner = SecretStr(url.replace("postgres@", f"{ROLE}_owner@"))
        settings = alone.model_copy(update={"database_owner_url": owner})
        prepare(settings)
        yield Guarded(settings, url, told, cast)
        for role in (f"{ROLE}_owner", ROLE, f"{ROLE}_everywhere"):
            connection.execute(f"REASSIGN OWNED BY {role} TO postgres".encode())
            connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())


@pytest.fixture
def db(guarded: Guarded) -> Iterator[Database]:
    database = open_database(guarded.settings)
    yield database
    database.close()


@pytest.fixture
def cast(guarded: Guarded) -> Cast:
    return guarded.cast


def roles_in(settings: Settings) -> str:
    return dict(of_server(settings))["roles"]()


def of_each(db: Database, cast: Cast) -> list[int]:
    """How many clients the owner and the outsider have, by statements that name the workspace."""
    sql = "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id"
    for who in (cast.owner, cast.owner, cast.outsider):
        add_client(db, who)
    return [db.read(lambda tx: tx.value(sql), who) for who in (cast.owner, cast.outsider)]


def address(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url.get_secret_value()


def test_one_role_runs_and_is_told_what_it_could_break(guarded: Guarded) -> None:
    for words in ("who could drop them", "No policies", "DATABASE_OWNER_URL"):
        assert words in guarded.told
    assert roles_in(guarded.settings) == "the program's role keeps rows alone, of one workspace at a time"


def test_the_program_s_role_can_change_neither_history_nor_guards(
    db: Database, cast: Cast, guarded: Guarded
) -> None:
    add_client(db, cast.owner)
    with connect(address(guarded.settings)) as connection:
        for sql in ALTERED:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(sql.encode())


def test_a_statement_that_forgets_its_workspace_sees_no_row_of_another(
    db: Database, cast: Cast, guarded: Guarded
) -> None:
    own, other = of_each(db, cast)
    with connect(address(guarded.settings)) as connection:
        assert connection.execute(FORGETFUL.encode()).fetchall() == [(0,)]
        with pytest.raises(InsufficientPrivilege):
            connection.execute(b"INSERT INTO tags (workspace_id, name, name_key) VALUES (1, 'a', 'a')")
    assert db.read(lambda tx: tx.value(FORGETFUL), cast.owner) == own
    assert db.read(lambda tx: tx.value(FORGETFUL), SYSTEM) == own + other


def test_a_transaction_sees_what_its_actors_may_whoever_acts_when(db: Database, cast: Cast) -> None:
    first, second = of_each(db, cast)

    def in_turn(tx: Transaction) -> list[int]:
        own = tx.value(FORGETFUL)
        with pytest.raises(ZeroDivisionError), tx.savepoint():
            tx.acting_as(cast.outsider).value("SELECT 1")
            raise ZeroDivisionError
        again = tx.value(FORGETFUL)
        other = tx.acting_as(cast.outsider).value(FORGETFUL)
        return [own, again, other, tx.acting_as(SYSTEM).value(FORGETFUL)]

    assert db.write(in_turn, cast.owner) == [first, first, second, first + second]
    assert db.read(lambda tx: tx.value("SELECT current_user"), cast.owner) == ROLE, "the role is put back"


def test_a_search_uses_its_index_behind_the_policies(db: Database) -> None:
    plan = db.engine.explain(f"""
        SELECT c.id
          FROM clients c
         WHERE c.workspace_id = :workspace_id
           AND c.id IN (SELECT s.rowid & {ID_MASK} FROM clients_search s WHERE {MATCHES})""")
    assert plan is not None
    assert any("Index Scan on clients_search_grams" in step for step in plan.steps), plan.steps


def test_an_owner_of_another_database_is_refused(guarded: Guarded, postgres: TestCluster) -> None:
    with postgres.bare_database() as url:
        strange = guarded.settings.model_copy(update={"database_owner_url": SecretStr(url)})
        with pytest.raises(StartRefused, match="different databases"):
            prepare(strange)
        with psycopg.connect(url) as connection:
            assert connection.execute(
                b"SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall() == [(0,)]


def test_a_backup_and_an_export_have_the_rows_that_policies_hide(
    db: Database, cast: Cast, guarded: Guarded, tmp_path: Path
) -> None:
    """The program's role sees one workspace at a time, and outside of one none at all."""
    own, _ = of_each(db, cast)
    kept = ServerSource(address(guarded.settings)).copy(tmp_path / "copy.db", Silence())
    assert kept["workspaces"] == 2 and kept["clients"] > own
    exported = export_to(guarded.settings, int(cast.owner.workspace_id or 0), tmp_path / "one.zip")
    assert exported.rows["clients"] == own
