"""How the server goes about a statement, and the index that it lacks."""

import pytest

from crm.db import index_advice
from crm.db.database import Database

BY_WORKSPACE = "SELECT c.id FROM clients c WHERE c.workspace_id = :workspace_id AND c.id = :id"
WALK = "SELECT c.id FROM clients c WHERE c.workspace_id = :workspace_id AND c.notes = :notes"
FULL = "SELECT c.id FROM clients c WHERE c.notes = :notes"


def test_a_statement_with_an_index_needs_none(db: Database) -> None:
    plan = db.engine.explain(BY_WORKSPACE)
    assert plan is not None
    assert any("Index" in step for step in plan.steps) and plan.advice == []


def test_a_walk_through_a_table_is_told_with_the_index_that_would_spare_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = db.engine.explain(FULL)
    assert few is not None and few.advice == [], "the table is empty"
    monkeypatch.setattr(index_advice, "FEW_ROWS", 0)
    plan = db.engine.explain(FULL)
    assert plan is not None
    assert plan.steps[0].startswith("Seq Scan on clients")
    assert plan.advice == ["CREATE INDEX clients_notes ON clients (notes)"]


def test_what_is_no_statement_of_this_database_has_no_plan(db: Database) -> None:
    assert db.engine.explain("SELECT nothing FROM nowhere WHERE x = :x") is None
    assert db.engine.explain(WALK) is not None, "the next one is explained all the same"
