"""Moving cards: within a stage, to another stage, or all cards of a stage."""

from typing import Any

from crm.activity import activity
from crm.db.transaction import Row, Transaction
from crm.errors import Invalid
from crm.leads.card_ranks import rank_after, rank_at_position, top_of
from crm.leads.fields import LeadMove
from crm.leads.ids import LeadId, StageId
from crm.leads.lead import LEAD_RECORD, Lead, day_number, get_lead
from crm.leads.leads import write_values
from crm.leads.pipeline import Stage
from crm.leads.stays import change_stays
from crm.leads.validation import facts_in_stage, validate_lead_changes
from crm.records.ranks import rank_between
from crm.records.skeleton import differing, refuse_stale


def move_lead(tx: Transaction, lead_id: int, move: LeadMove, *, expected_version: int | None = None) -> Lead:
    """Raises NotFound, Stale, and Invalid for a stage that takes no leads.

    A new place within the same stage leaves the lead's version as it is: no field of it has changed.
    """
    old = get_lead(tx, lead_id)
    refuse_stale(LEAD_RECORD, old, expected_version)
    given: dict[str, Any] = {"stage_id": move.stage_id}
    if move.lost_reason is not None:
        given["lost_reason"] = move.lost_reason
    values = differing(LEAD_RECORD, old, validate_lead_changes(tx, old, given))
    rank = _rank_for(tx, old.id, move)
    if "stage_id" not in values:
        _reorder(tx, old, rank)
    return write_values(tx, old, values, rank=rank) if values else old


def move_all(tx: Transaction, stages: list[Stage], target: Stage) -> int:
    """Empty stages into another one, each lead with its own entry in the ledger; returns how many moved.

    A stage may hold tens of thousands while others wait, so a lead costs only its row and its entry.
    """
    stage_facts = facts_in_stage(target)
    moved = 0
    for stage in stages:
        cards = _cards_from_below(tx, stage)
        change_stays(tx, stage.id, target.id)
        rank = top_of(tx, target.id)
        for card in cards:
            _put(tx, card, stage_facts, rank)
            rank = rank_between(None, rank)
        moved += len(cards)
    return moved


def _put(tx: Transaction, card: Row, stage_facts: dict[str, Any], rank: str) -> None:
    lead_id, closed_at = card.pop("id"), card.pop("closed_at")
    still_closed = stage_facts["status"] == card["status"]
    closes_at = (
        None if stage_facts["status"] not in {"won", "lost"} else closed_at if still_closed else tx.now
    )
    tx.run(
        """
        UPDATE leads
           SET pipeline_id = :pipeline_id, stage_id = :stage_id, status = :status, lost_reason = :lost_reason,
               closed_at = :closed_at,
               rank = :rank, stage_since = :now, touched_at = :now, touched_day = :today,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :lead_id
        """,
        lead_id=lead_id,
        rank=rank,
        today=day_number(tx.now),
        closed_at=closes_at,
        **{**card, **stage_facts},
    )
    kept, given = {"closed_at": closed_at}, {"closed_at": closes_at}
    before, after = activity.changes(card | kept, card | stage_facts | given)
    activity.record(tx, "lead.moved", "lead", lead_id, before=before, after=after)


def _rank_for(tx: Transaction, lead_id: LeadId, move: LeadMove) -> str:
    if move.position is not None and move.after_id is not None:
        raise Invalid.field("position", "cannot be combined with after_id")
    stage_id = StageId(move.stage_id)
    if move.after_id is not None:
        return rank_after(tx, stage_id, lead_id, LeadId(move.after_id))
    return rank_at_position(tx, stage_id, lead_id, move.position or 0)


def _reorder(tx: Transaction, old: Lead, rank: str) -> None:
    before = tx.value("SELECT rank FROM leads WHERE workspace_id = :workspace_id AND id = :id", id=old.id)
    if not _passes_others(tx, old, before, rank):
        return
    tx.run(
        "UPDATE leads SET rank = :rank WHERE workspace_id = :workspace_id AND id = :id", id=old.id, rank=rank
    )
    activity.record(tx, "lead.reordered", "lead", old.id, before={"rank": before}, after={"rank": rank})


def _passes_others(tx: Transaction, lead: Lead, before: str, after: str) -> bool:
    """Whether another card is between the old position and the new one."""
    low, high = sorted((before, after))
    return bool(
        tx.value(
            """
            SELECT 1
              FROM leads
             WHERE workspace_id = :workspace_id
               AND stage_id = :stage_id
               AND deleted_at IS NULL
               AND id <> :lead_id
               AND rank > :low
               AND rank < :high
             LIMIT 1
            """,
            stage_id=lead.stage_id,
            lead_id=lead.id,
            low=low,
            high=high,
        )
    )


def _cards_from_below(tx: Transaction, stage: Stage) -> list[Row]:
    """From the last to the first: each goes to the top of the target, which keeps their order."""
    return tx.all(
        """
        SELECT id, pipeline_id, stage_id, status, lost_reason, closed_at
          FROM leads
         WHERE workspace_id = :workspace_id
           AND stage_id = :stage_id
           AND deleted_at IS NULL
         ORDER BY rank DESC
        """,
        stage_id=stage.id,
    )
