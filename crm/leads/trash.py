"""Deleting and restoring leads: a tombstone, never a loss."""

from crm.custom_fields.uniqueness import claim_record, free_record
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.leads.card_ranks import top_of
from crm.leads.lead import LEAD_RECORD, Lead, find_lead, get_lead
from crm.leads.leads import SEARCH, index_lead, write_values
from crm.leads.pipeline import find_pipeline, find_stage, first_stage, get_default_pipeline
from crm.leads.validation import validate_lead_changes
from crm.records.skeleton import differing, in_trash, refuse_stale
from crm.records.tombstones import bury, unbury


def delete_lead(tx: Transaction, lead_id: int, *, expected_version: int | None = None) -> None:
    """Put the lead into the trash. Raises NotFound and Stale."""
    lead = get_lead(tx, lead_id)
    refuse_stale(LEAD_RECORD, lead, expected_version)
    forget_texts(tx, SEARCH, lead_id)
    free_record(tx, "lead", lead_id)
    bury(tx, LEAD_RECORD, lead)


def restore_lead(tx: Transaction, lead_id: int, *, expected_version: int | None = None) -> Lead:
    """Take a lead out of the trash, to the top of its stage, or of another if that one is gone.

    Raises NotFound unless it is there, and Stale.
    """
    old = in_trash(LEAD_RECORD, find_lead(tx, lead_id))
    refuse_stale(LEAD_RECORD, old, expected_version)
    tx.run(
        "UPDATE leads SET rank = :rank WHERE workspace_id = :workspace_id AND id = :lead_id",
        lead_id=lead_id,
        rank=top_of(tx, old.stage_id),
    )
    claim_record(tx, "lead", lead_id)
    unbury(tx, LEAD_RECORD, old)
    lead = _out_of_lost_stage(tx, get_lead(tx, lead_id))
    index_lead(tx, lead)
    return lead


def _out_of_lost_stage(tx: Transaction, lead: Lead) -> Lead:
    """A lead whose stage or pipeline was deleted or archived begins at the first open stage again."""
    stage, pipeline = find_stage(tx, lead.stage_id), find_pipeline(tx, lead.pipeline_id)
    stands = pipeline is not None and pipeline.deleted_at is None and pipeline.archived_at is None
    if stage is not None and stage.takes_leads and stands:
        return lead
    target = first_stage(pipeline if pipeline is not None and stands else get_default_pipeline(tx))
    values = validate_lead_changes(tx, lead, {"stage_id": target.id})
    return write_values(tx, lead, differing(LEAD_RECORD, lead, values))
