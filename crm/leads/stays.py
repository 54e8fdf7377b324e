"""How long a lead was in each stage: one row for each stay, the basis of the reports."""

from crm.db.transaction import Transaction
from crm.leads.ids import LeadId, StageId

ENTER = """
        INSERT INTO stage_stays (workspace_id, lead_id, stage_id, entered_at)
        VALUES (:workspace_id, :lead_id, :stage_id, :now)
"""


def enter_stage(tx: Transaction, lead_id: LeadId, stage_id: StageId) -> None:
    tx.run(ENTER, lead_id=lead_id, stage_id=stage_id)


def leave_stage(tx: Transaction, lead_id: LeadId) -> None:
    tx.run(
        """
        UPDATE stage_stays
           SET left_at = :now
         WHERE workspace_id = :workspace_id
           AND lead_id = :lead_id
           AND left_at IS NULL
        """,
        lead_id=lead_id,
    )


def change_stays(tx: Transaction, stage_id: StageId, to_id: StageId) -> None:
    """For all live leads of a stage at once, before they leave it."""
    tx.run(
        """
        UPDATE stage_stays
           SET left_at = :now
         WHERE workspace_id = :workspace_id
           AND left_at IS NULL
           AND lead_id IN (SELECT id
                             FROM leads
                            WHERE workspace_id = :workspace_id
                              AND stage_id = :stage_id
                              AND deleted_at IS NULL)
        """,
        stage_id=stage_id,
    )
    tx.run(
        """
        INSERT INTO stage_stays (workspace_id, lead_id, stage_id, entered_at)
        SELECT workspace_id, id, :to_id, :now
          FROM leads
         WHERE workspace_id = :workspace_id
           AND stage_id = :stage_id
           AND deleted_at IS NULL
        """,
        stage_id=stage_id,
        to_id=to_id,
    )


def last_arrival(tx: Transaction, lead_id: LeadId, stage_id: StageId) -> str | None:
    """When the lead last entered a stage that it has left since."""
    moment: str | None = tx.value(
        """
        SELECT max(entered_at)
          FROM stage_stays
         WHERE workspace_id = :workspace_id
           AND lead_id = :lead_id
           AND stage_id = :stage_id
           AND left_at IS NOT NULL
        """,
        lead_id=lead_id,
        stage_id=stage_id,
    )
    return moment


def last_open_stage(tx: Transaction, lead_id: LeadId) -> StageId | None:
    """The open stage that the lead was in last."""
    found: int | None = tx.value(
        """
        SELECT s.stage_id
          FROM stage_stays s
          JOIN stages st ON st.workspace_id = s.workspace_id AND st.id = s.stage_id
         WHERE s.workspace_id = :workspace_id
           AND s.lead_id = :lead_id
           AND st.kind = 'open'
         ORDER BY s.id DESC
         LIMIT 1
        """,
        lead_id=lead_id,
    )
    return None if found is None else StageId(found)
