"""Deleting and restoring vehicles, and making anew what they are found by."""

from crm.catalogue.stock_numbers import stock_key
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle, find_vehicle, get_vehicle
from crm.catalogue.vehicle_validation import refuse_taken_vin
from crm.catalogue.vehicles import SEARCH, index_vehicle
from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.trash import CustomizedTrash
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.records.keys import place_key, sort_key


def _leave(_tx: Transaction, vehicle: Vehicle) -> None:
    if vehicle.status == "pending":
        raise Conflict("This vehicle is on an open deal.")


def _return(tx: Transaction, vehicle: Vehicle) -> None:
    """Another one may have its VIN meanwhile."""
    if vehicle.vin is not None and vehicle.status != "sold":
        refuse_taken_vin(tx, vehicle.vin, besides=vehicle.id)


VEHICLE_TRASH = CustomizedTrash(
    record=VEHICLE_RECORD,
    get=get_vehicle,
    find=find_vehicle,
    search=SEARCH,
    index=index_vehicle,
    leaving=_leave,
    returning=_return,
)
delete_vehicle = VEHICLE_TRASH.delete
restore_vehicle = VEHICLE_TRASH.restore


def rebuild_vehicle(tx: Transaction, vehicle_id: int) -> None:
    """Its keys and its place in the search; the vehicle's version stays."""
    forget_texts(tx, SEARCH, vehicle_id)
    vehicle = find_vehicle(tx, vehicle_id)
    if vehicle is None:
        return
    rebuild_custom(tx, "vehicle", vehicle_id, live=vehicle.deleted_at is None)
    tx.run(
        """
        UPDATE vehicles
           SET stock_key = :stock_key, name_key = :name_key, make_key = :make_key, model_key = :model_key,
               body_key = :body_key, fuel_key = :fuel_key, condition_key = :condition_key,
               location_key = :location_key
         WHERE workspace_id = :workspace_id
           AND id = :vehicle_id
        """,
        vehicle_id=vehicle_id,
        stock_key=stock_key(vehicle.stock_number),
        name_key=sort_key(vehicle.name),
        make_key=place_key(vehicle.make),
        model_key=place_key(vehicle.model),
        body_key=place_key(vehicle.body),
        fuel_key=place_key(vehicle.fuel),
        condition_key=place_key(vehicle.condition),
        location_key=place_key(vehicle.location),
    )
    if vehicle.deleted_at is None:
        index_vehicle(tx, vehicle)
