"""What was spent to make a vehicle ready, a line each."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crm.db.transaction import Transaction
from crm.money import as_stored


def store_costs(tx: Transaction, vehicle_id: int, lines: Sequence[Mapping[str, Any]]) -> None:
    """In place of those that there were."""
    sql = "DELETE FROM vehicle_costs WHERE workspace_id = :workspace_id AND vehicle_id = :vehicle_id"
    tx.run(sql, vehicle_id=vehicle_id)
    for place, line in enumerate(lines):
        tx.run(
            """
            INSERT INTO vehicle_costs (workspace_id, vehicle_id, place, title, amount_minor, spent_on)
            VALUES (:workspace_id, :vehicle_id, :place, :title, :amount, :spent_on)
            """,
            vehicle_id=vehicle_id,
            place=place,
            title=line["title"],
            amount=as_stored(Decimal(str(line["amount"]))),
            spent_on=line["spent_on"],
        )
