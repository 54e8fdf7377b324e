"""The rows of scenarios, and what their deal's row says of the active one."""

from typing import Any

import orjson

from crm.db.transaction import Transaction
from crm.deals.calculation import Figures
from crm.deals.deal import Deal
from crm.deals.scenario import figures_shown
from crm.deals.terms import ScenarioTerms
from crm.money import as_stored


def note_active(tx: Transaction, deal_id: int, figures: Figures) -> None:
    """What lists and reports say of the deal is that of its active scenario."""
    pricing = figures.pricing
    tx.run(
        """
        UPDATE deals
           SET total_minor = :total, gross_front_minor = :front, gross_back_minor = :back,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :deal_id
        """,
        deal_id=deal_id,
        total=as_stored(pricing.total),
        front=as_stored(pricing.gross_front),
        back=as_stored(pricing.gross_back),
    )


def store_figures(
    tx: Transaction, deal: Deal, scenario_id: int, terms: ScenarioTerms, figures: Figures, *, active: bool
) -> None:
    tx.run(
        """
        UPDATE scenarios
           SET name = :name, kind = :kind, terms = :terms, figures = :figures, version = version + 1,
               updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :scenario_id
        """,
        scenario_id=scenario_id,
        **_columns(terms, figures),
    )
    if active:
        note_active(tx, deal.id, figures)


def insert_scenario(
    tx: Transaction, deal_id: int, terms: ScenarioTerms, figures: Figures, *, active: bool
) -> int:
    return tx.insert(
        """
        INSERT INTO scenarios (workspace_id, deal_id, name, kind, active, terms, figures, created_at,
                               updated_at)
        VALUES (:workspace_id, :deal_id, :name, :kind, :active, :terms, :figures, :now, :now)
        RETURNING id
        """,
        deal_id=deal_id,
        active=int(active),
        **_columns(terms, figures),
    )


def _columns(terms: ScenarioTerms, figures: Figures) -> dict[str, str]:
    shown = figures_shown(figures, with_costs=True)
    return {
        "name": terms.name,
        "kind": terms.kind,
        "terms": orjson.dumps(given_terms(terms), default=str).decode(),
        "figures": orjson.dumps(shown).decode(),
    }


def given_terms(terms: ScenarioTerms) -> dict[str, Any]:
    """Without what was left out."""
    return terms.model_dump(exclude_unset=True)
