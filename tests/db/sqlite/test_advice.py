"""A statement that walks through a table gets the index that spares it, and one along an index gets none."""

import pytest

from crm.db import index_advice
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.sqlite.engine import open_writer


@pytest.fixture
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_advice, "FEW_ROWS", 0)


def test_a_table_of_few_rows_needs_no_index(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sql = "SELECT number FROM schema_migrations WHERE name = :name"
    rows = int(db.read(lambda tx: tx.value("SELECT count(*) FROM schema_migrations"), SYSTEM))
    advice = []
    for few in (index_advice.FEW_ROWS, rows + 1, rows):
        monkeypatch.setattr(index_advice, "FEW_ROWS", few)
        plan = db.engine.explain(sql)
        assert plan is not None
        advice.append(bool(plan.advice))
    assert advice == [False, False, True]


@pytest.mark.usefixtures("_any_size")
@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        (
            "SELECT id FROM clients WHERE picture_id = :picture AND created_at > :since",
            "CREATE INDEX clients_picture_id_created_at ON clients (picture_id, created_at)",
        ),
        (
            "SELECT c.id FROM clients AS c WHERE c.job_title = :title",
            "CREATE INDEX clients_job_title ON clients (job_title)",
        ),
    ],
)
def test_a_walk_is_advised_its_index(db: Database, sql: str, advice: str) -> None:
    plan = db.engine.explain(sql)
    assert plan is not None
    assert any(step.startswith("SCAN") for step in plan.steps)
    assert advice in plan.advice


@pytest.mark.usefixtures("_any_size")
def test_the_advised_index_ends_the_walk(db: Database) -> None:
    sql = "SELECT id FROM clients WHERE job_title = :title"
    plan = db.engine.explain(sql)
    assert plan is not None
    writer = open_writer(db.path)
    writer.execute(plan.advice[0])
    writer.close()
    after = db.engine.explain(sql)
    assert after is not None
    assert after.advice == []
    assert "clients_job_title" in after.steps[0]


def test_a_statement_along_an_index_is_advised_nothing(db: Database) -> None:
    plan = db.engine.explain("SELECT id FROM clients WHERE workspace_id = :workspace_id AND id = :id")
    assert plan is not None
    assert plan.advice == []


def test_a_change_is_explained_and_not_run(db: Database) -> None:
    plan = db.engine.explain("DELETE FROM schema_migrations")
    assert plan is not None
    assert int(db.read(lambda tx: tx.value("SELECT count(*) FROM schema_migrations"), SYSTEM)) > 0


def test_what_is_no_statement_here_has_no_plan(db: Database) -> None:
    assert db.engine.explain("SELECT 1 FROM nowhere") is None
    assert db.engine.explain("(other statements)") is None


@pytest.mark.usefixtures("_any_size")
def test_an_index_that_there_is_is_not_advised_where_a_page_is_sorted(db: Database) -> None:
    sql = """
        SELECT a.id
          FROM (SELECT a.seq
                  FROM activities a
                 WHERE a.workspace_id = :workspace_id
                   AND a.seq < :before
                 ORDER BY a.seq DESC
                 LIMIT :most) walked
          JOIN activities a ON a.workspace_id = :workspace_id AND a.seq = walked.seq
         ORDER BY a.seq DESC
    """
    plan = db.engine.explain(sql)
    assert plan is not None and "USE TEMP B-TREE FOR ORDER BY" in plan.steps
    assert plan.advice == []
