"""What deals do to vehicles, and returns: the changes of state that nobody makes by hand.

The deals room calls these inside its own transaction. Each is one change of the row that fails unless the
vehicle is in the state that it starts from, so that of two deals at once one is refused.
"""

from crm.catalogue.days_in_stock import workspace_today
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle, get_vehicle
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicle_validation import refuse_taken_vin
from crm.catalogue.vehicles import create_vehicle
from crm.db.transaction import Transaction
from crm.errors import Conflict, Sentence
from crm.records.recording import record_change
from crm.records.skeleton import refuse_stale

WHY_NOT = {
    "available": "This vehicle is available.",
    "pending": "This vehicle is on another deal.",
    "sold": "This vehicle is sold.",
    "withdrawn": "This vehicle is withdrawn from sale.",
}
Came = dict[str, object]


def hold_vehicle(tx: Transaction, vehicle_id: int, *, came_with: Came | None = None) -> Vehicle:
    """For a deal: available → pending. Raises NotFound and Conflict. `came_with` goes to the ledger."""
    return _move(tx, vehicle_id, "held", ("available", "pending"), came_with)


def release_vehicle(tx: Transaction, vehicle_id: int, *, came_with: Came | None = None) -> Vehicle:
    """The deal was cancelled: pending → available. Raises NotFound and Conflict."""
    return _move(tx, vehicle_id, "released", ("pending", "available"), came_with)


def sell_vehicle(tx: Transaction, vehicle_id: int, *, came_with: Came | None = None) -> Vehicle:
    """The deal was delivered: pending → sold, today. Raises NotFound and Conflict."""
    return _move(tx, vehicle_id, "sold", ("pending", "sold"), came_with)


def return_vehicle(
    tx: Transaction, vehicle_id: int, reason: str, *, expected_version: int | None = None
) -> Vehicle:
    """It came back: sold → available, in stock since today. Raises NotFound, Stale and Conflict.

    Where a deal sold it, that one is returned with it: `crm.deals.returns` does both.
    """
    vehicle = get_vehicle(tx, vehicle_id)
    refuse_stale(VEHICLE_RECORD, vehicle, expected_version)
    if vehicle.vin is not None and vehicle.status == "sold":
        refuse_taken_vin(tx, vehicle.vin, besides=vehicle_id)
    return _move(tx, vehicle_id, "returned", ("sold", "available"), {"reason": reason})


def take_in_vehicle(tx: Transaction, fields: VehicleFields) -> Vehicle:
    """One that a customer traded in: in stock, but withdrawn until it is prepared. Raises Invalid, Conflict.

    Its cost is what was allowed for it, whoever delivers the deal.
    """
    return create_vehicle(tx, fields.model_copy(update={"status": "withdrawn"}), by_deal=True)


def _move(tx: Transaction, vehicle_id: int, verb: str, states: tuple[str, str], came: Came | None) -> Vehicle:
    old = get_vehicle(tx, vehicle_id)
    earlier, later = states
    today = workspace_today(tx).isoformat()
    moved = tx.run(
        """
        UPDATE vehicles
           SET status = :later,
               sold_on = CASE WHEN :later = 'sold' THEN :today END,
               stocked_on = CASE WHEN :earlier = 'sold' THEN :today ELSE stocked_on END,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :vehicle_id
           AND status = :earlier
           AND deleted_at IS NULL
        """,
        vehicle_id=vehicle_id,
        earlier=earlier,
        later=later,
        today=today,
    )
    if not moved:
        status = get_vehicle(tx, vehicle_id).status
        why = Sentence(WHY_NOT[status])
        raise Conflict.field("vehicle_id", why, why, vehicle_id=vehicle_id, vehicle_status=status)
    new = get_vehicle(tx, vehicle_id)
    record_change(tx, f"vehicle.{verb}", VEHICLE_RECORD, (old, new), told=came)
    return new
