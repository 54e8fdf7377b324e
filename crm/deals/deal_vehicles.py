"""The vehicle of a deal: it is on one open deal at a time, which an index holds and a sentence says."""

from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.seen import only_seen


def refuse_held_vehicle(tx: Transaction, vehicle_id: int) -> None:
    """Raises Conflict naming `vehicle_id`, with the open deal that has it, where there is one."""
    deal = tx.one(
        f"""
        SELECT d.id, d.deal_number
          FROM deals d
         WHERE d.workspace_id = :workspace_id
           AND d.vehicle_id = :vehicle_id
           AND d.vehicle_id IS NOT NULL
           AND d.state IN ('draft', 'pending', 'approved')
           {only_seen(tx, "deal", "d")}
        """,
        vehicle_id=vehicle_id,
    )
    if deal is None:
        return
    refusal = Sentence("This vehicle is on the open deal {number}.", number=deal["deal_number"])
    raise Conflict.field(
        "vehicle_id",
        refusal,
        Sentence("is on the open deal {number}", number=deal["deal_number"]),
        vehicle_id=vehicle_id,
        vehicle_status="pending",
        deal_id=deal["id"],
        deal_number=deal["deal_number"],
    )
