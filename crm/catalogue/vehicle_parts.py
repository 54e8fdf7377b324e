"""What a vehicle has several of: the costs of making it ready, and its pictures in order."""

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


def store_pictures(tx: Transaction, vehicle_id: int, file_ids: Sequence[int]) -> None:
    """In this order, in place of those that there were."""
    sql = "DELETE FROM vehicle_pictures WHERE workspace_id = :workspace_id AND vehicle_id = :vehicle_id"
    tx.run(sql, vehicle_id=vehicle_id)
    for place, file_id in enumerate(file_ids):
        tx.run(
            """
            INSERT INTO vehicle_pictures (workspace_id, vehicle_id, place, file_id)
            VALUES (:workspace_id, :vehicle_id, :place, :file_id)
            """,
            vehicle_id=vehicle_id,
            place=place,
            file_id=file_id,
        )
