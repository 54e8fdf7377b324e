"""Moving the leads out of a stage or pipeline before it is removed, in the same transaction."""

from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.leads.moves import move_all
from crm.leads.pipeline import Stage, target_stage
from crm.records.holding import count_holding


def empty_stages(tx: Transaction, stages: list[Stage], move_to: int | None) -> int:
    """Move their leads to the stage `move_to`, each with its entry in the ledger; returns how many moved.

    Raises Conflict with the count of `leads` when there are some and `move_to` is None.
    """
    leads = sum(count_leads(tx, stage.id) for stage in stages)
    target = None if move_to is None else target_stage(tx, move_to, "move_to")
    if target is not None and target.id in {stage.id for stage in stages}:
        raise Invalid.field("move_to", "is being emptied; choose another stage")
    if leads and target is None:
        refusal = Sentence.counted(
            "{n} lead is in this stage. Choose the stage to move it to.",
            "{n} leads are in this stage. Choose the stage to move them to.",
            leads,
        )
        raise Conflict(refusal, {"leads": leads})
    return 0 if target is None else move_all(tx, stages, target)


def count_leads(tx: Transaction, stage_id: int, *, trash: bool = False) -> int:
    return count_holding(tx, "stages", stage_id, "leads", trash=trash)


def count_by_stage(tx: Transaction, pipeline_id: int) -> dict[int, int]:
    """How many live leads are in each stage of a pipeline; stages without leads are left out."""
    rows = tx.all(
        """
        SELECT stage_id, count(*) AS leads
          FROM leads
         WHERE workspace_id = :workspace_id
           AND pipeline_id = :pipeline_id
           AND deleted_at IS NULL
         GROUP BY stage_id
        """,
        pipeline_id=pipeline_id,
    )
    return {row["stage_id"]: row["leads"] for row in rows}
