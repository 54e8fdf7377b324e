"""Pipelines and leads for tests, made as the application makes them."""

from typing import Any

from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.leads.defaults import furnish_leads
from crm.leads.fields import LeadChanges, LeadFields, LeadMove
from crm.leads.lead import Lead
from crm.leads.leads import change_lead, create_lead
from crm.leads.moves import move_lead
from crm.leads.pipeline import Pipeline, Stage, get_default_pipeline

Stages = dict[str, Stage]


def furnish(db: Database, who: Actor) -> Pipeline:
    """What set-up gives a workspace."""
    return db.write(furnish_leads, who)


def stages_of(db: Database, who: Actor) -> dict[str, Stage]:
    """The stages of the default pipeline by name."""
    return {stage.name: stage for stage in db.read(get_default_pipeline, who).stages}


def add_lead(db: Database, who: Actor, **given: object) -> Lead:
    return db.write(create_lead, who, parse_fields(LeadFields, {"title": "ремонт офиса", **given}))


def patch_lead(db: Database, who: Actor, lead_id: int, given: dict[str, Any], **options: Any) -> Lead:
    return db.write(change_lead, who, lead_id, parse_fields(LeadChanges, given), **options)


def put_card(db: Database, who: Actor, lead_id: int, stage: Stage, **place: Any) -> Lead:
    return db.write(move_lead, who, lead_id, LeadMove(stage_id=stage.id, **place))


def cards_of(db: Database, who: Actor, stage: Stage) -> list[str]:
    """The titles of a stage's cards from the top."""

    def titles(tx: Transaction) -> list[str]:
        rows = tx.all(
            """
            SELECT title
              FROM leads
             WHERE workspace_id = :workspace_id
               AND stage_id = :stage_id
               AND deleted_at IS NULL
             ORDER BY rank
            """,
            stage_id=stage.id,
        )
        return [row["title"] for row in rows]

    return db.read(titles, who)
