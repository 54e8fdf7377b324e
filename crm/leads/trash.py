"""Deleting a lead and taking it back: a tombstone, never a loss."""

from crm.activity import activity
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.leads.lead import Lead, find_lead, live_lead
from crm.leads.leads import SEARCH, differing, index_lead, refuse_stale, write_values
from crm.leads.pipeline import default_pipeline, find_pipeline, find_stage, first_stage
from crm.leads.places import top_of
from crm.leads.settling import settle_changes


def delete_lead(tx: Transaction, lead_id: int, *, expected_version: int | None = None) -> None:
    """Put the lead into the trash. Raises NotFound and Stale."""
    lead = live_lead(tx, lead_id)
    refuse_stale(lead, expected_version)
    tx.run(
        """
        UPDATE leads
           SET deleted_at = :now, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
    )
    forget_texts(tx, SEARCH, lead_id)
    activity.record(tx, "lead.deleted", "lead", lead_id, before={"title": lead.title})


def restore_lead(tx: Transaction, lead_id: int, *, expected_version: int | None = None) -> Lead:
    """Take a lead out of the trash, to the top of its stage, or of another where that one is gone by now.

    Raises NotFound unless it lies there, and Stale.
    """
    old = find_lead(tx, lead_id)
    if old is None or old.deleted_at is None:
        raise NotFound("There is no such lead in the trash.")
    refuse_stale(old, expected_version)
    tx.run(
        """
        UPDATE leads
           SET deleted_at = NULL, rank = :rank, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
        rank=top_of(tx, old.stage_id),
    )
    activity.record(tx, "lead.restored", "lead", lead_id, after={"title": old.title})
    lead = _out_of_lost_stage(tx, live_lead(tx, lead_id))
    index_lead(tx, lead)
    return lead


def _out_of_lost_stage(tx: Transaction, lead: Lead) -> Lead:
    """A lead whose stage or pipeline was deleted or archived begins at the first open stage again."""
    stage, pipeline = find_stage(tx, lead.stage_id), find_pipeline(tx, lead.pipeline_id)
    stands = pipeline is not None and pipeline.deleted_at is None and pipeline.archived_at is None
    if stage is not None and stage.takes_leads and stands:
        return lead
    target = first_stage(pipeline if pipeline is not None and stands else default_pipeline(tx))
    return write_values(tx, lead, differing(lead, settle_changes(tx, lead, {"stage_id": target.id})))
