"""Bulk changes of vehicles in one transaction: all or none."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from crm.activity.operations import begin_operation
from crm.catalogue.vehicle import VEHICLE_RECORD, find_vehicle
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields
from crm.catalogue.vehicle_trash import delete_vehicle, restore_vehicle
from crm.catalogue.vehicles import change_vehicle, create_vehicle
from crm.db.transaction import Transaction
from crm.errors import Invalid
from crm.fields import Fields, Id, UntilEnough, parse_fields
from crm.records.bulk import (
    BULK_VALUES,
    MOST,
    Assignment,
    Deletion,
    Outcome,
    Restoration,
    Tagging,
    Version,
    run_all,
    with_tags,
)
from crm.records.many import Change, usual_operation
from crm.records.skeleton import existing


class VehicleCreation(Fields):
    op: Literal["create"]
    fields: VehicleFields


class VehicleUpdate(Fields):
    op: Literal["update"]
    id: Id
    fields: VehicleChanges
    version: Version | None = None


VehicleOperation = VehicleCreation | VehicleUpdate | Tagging | Deletion | Restoration


class VehicleOperations(Fields):
    most_values: ClassVar[int] = BULK_VALUES
    operations: Annotated[
        list[Annotated[VehicleOperation, Field(discriminator="op"), UntilEnough]],
        Field(min_length=1, max_length=MOST),
    ]


def change_many_vehicles(tx: Transaction, operations: Sequence[VehicleOperation]) -> list[Outcome]:
    """The operations in order. Raises Invalid that names each invalid one by its index."""
    return run_all(begin_operation(tx), operations, run_vehicle_operation)


def run_vehicle_operation(tx: Transaction, operation: VehicleOperation) -> Outcome:
    """One of many changes. Raises Invalid, NotFound and Conflict."""
    match operation:
        case VehicleCreation():
            vehicle = create_vehicle(tx, operation.fields, complete=True)
        case VehicleUpdate():
            vehicle = change_vehicle(tx, operation.id, operation.fields, expected_version=operation.version)
        case Tagging():
            vehicle = existing(VEHICLE_RECORD, find_vehicle(tx, operation.id))
            tags = with_tags(vehicle.tags, operation.add, operation.remove)
            vehicle = change_vehicle(tx, operation.id, parse_fields(VehicleChanges, {"tags": tags}))
        case Deletion():
            delete_vehicle(tx, operation.id, expected_version=operation.version)
            vehicle = existing(VEHICLE_RECORD, find_vehicle(tx, operation.id))
        case Restoration():
            vehicle = restore_vehicle(tx, operation.id)
    return Outcome(operation.op, vehicle.id, vehicle.version, tx.actor.operation_id)


def operation_on(vehicle_id: int, change: Change) -> VehicleOperation:
    """What the bar of the list asks for. Raises Invalid."""
    if change.action == "status":
        fields = {"status": change.value}
        return parse_fields(VehicleUpdate, {"op": "update", "id": vehicle_id, "fields": fields})
    operation = usual_operation(vehicle_id, change)
    if isinstance(operation, Assignment):
        raise Invalid.field("change", "is not a bulk action")
    return operation
