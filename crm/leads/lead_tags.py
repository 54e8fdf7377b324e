"""The tags that a lead bears: of the same words that the workspace has for its clients."""

from crm.db.transaction import Transaction
from crm.records.tags import ensure_tag


def set_lead_tags(tx: Transaction, lead_id: int, names: list[str]) -> None:
    """Let the lead bear exactly these tags, making those that are new to the workspace."""
    wanted = {ensure_tag(tx, name) for name in names}
    borne = {
        int(row["tag_id"])
        for row in tx.all(
            "SELECT tag_id FROM lead_tags WHERE workspace_id = :workspace_id AND lead_id = :lead_id",
            lead_id=lead_id,
        )
    }
    for tag_id in borne - wanted:
        tx.run(
            """
            DELETE FROM lead_tags
             WHERE workspace_id = :workspace_id AND tag_id = :tag_id AND lead_id = :lead_id
            """,
            tag_id=tag_id,
            lead_id=lead_id,
        )
    for tag_id in sorted(wanted - borne):
        tx.run(
            """
            INSERT INTO lead_tags (workspace_id, tag_id, lead_id)
            VALUES (:workspace_id, :tag_id, :lead_id)
            """,
            tag_id=tag_id,
            lead_id=lead_id,
        )
