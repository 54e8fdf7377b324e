"""What must be true of a vehicle: its VIN, number, amounts, pictures, and who may say what it cost."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.catalogue.costs import sees_costs
from crm.catalogue.days_in_stock import workspace_today
from crm.catalogue.pictures import check_pictures
from crm.catalogue.stock_numbers import change_number, number_for_new
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle
from crm.catalogue.vehicle_fields import AMOUNTS, OF_COST, VehicleFields, given_values
from crm.catalogue.vin import check_vin
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.money import check_current, check_places
from crm.records.skeleton import facts_of

Values = dict[str, Any]
BY_HAND = frozenset({"available", "withdrawn"})
"""The states between which people change; the others come and go with a deal."""


def validate_new_vehicle(tx: Transaction, fields: VehicleFields, *, by_deal: bool = False) -> Values:
    """All values of a new vehicle. Raises Invalid, and Conflict for a VIN or number that another has."""
    values = given_values(fields)
    if not by_deal:
        values = _without_costs(tx, values)
    values.setdefault("status", "available")
    if values["status"] not in BY_HAND:
        raise Invalid.field("status", "is set by a deal: begin with available or withdrawn")
    values.setdefault("currency", _workspace_currency(tx))
    values.setdefault("stocked_on", workspace_today(tx).isoformat())
    values.setdefault("reconditioning", [])
    if values.pop("picture_ids", None):
        raise Invalid.field("picture_ids", "must be files of this vehicle: add them after it")
    check_current(values["currency"])
    _check(tx, values, values.keys(), 0)
    number = number_for_new(tx, values.get("stock_number"))
    return {"cost": None, **values, "stock_number": number}


def validate_vehicle_changes(
    tx: Transaction, old: Vehicle, given: Mapping[str, Any], *, restored: bool = False
) -> Values:
    """The given values, checked. Raises Invalid, and Conflict. `restored` ones were stored once."""
    values = _without_costs(tx, dict(given))
    _check_status(old.status, values.get("status", old.status))
    changed = {name for name, value in values.items() if name != "custom" and _held(old, name) != value}
    if "currency" in changed:
        _check_currency(old, values["currency"], restored=restored)
    _check(tx, {**facts_of(VEHICLE_RECORD, old), **values}, changed, old.id)
    if "stock_number" in changed:
        change_number(tx, values["stock_number"], old.id)
    return values


def _check_currency(old: Vehicle, currency: str, *, restored: bool) -> None:
    if old.status not in BY_HAND:
        raise Invalid.field("currency", "stays as it is once the vehicle is on a deal")
    if not restored:
        check_current(currency)


def _held(old: Vehicle, name: str) -> Any:
    return facts_of(VEHICLE_RECORD, old).get(name)


def _check_status(before: str, after: str) -> None:
    if before != after and not {before, after} <= BY_HAND:
        raise Invalid.field("status", "is set by a deal, or by returning a sold vehicle")


def _without_costs(tx: Transaction, values: Values) -> Values:
    """Those who do not see costs leave them as they are. Raises Invalid where they say some."""
    if sees_costs(tx):
        return values
    for name in sorted(OF_COST):
        if values.get(name):
            raise Invalid.field(name, "is for owners and admins only")
    return {name: value for name, value in values.items() if name not in OF_COST}


def _check(tx: Transaction, values: Mapping[str, Any], changed: Any, vehicle_id: int) -> None:
    vin = values.get("vin")
    if vin is not None and {"vin", "year"} & set(changed):
        check_vin(vin, values["year"])
    if vin is not None and "vin" in changed and values.get("status") != "sold":
        refuse_taken_vin(tx, vin, besides=vehicle_id)
    if {"currency", "reconditioning", *AMOUNTS} & set(changed):
        _check_amounts(values)
    if "picture_ids" in changed:
        check_pictures(tx, "vehicle", vehicle_id, values["picture_ids"])


def _check_amounts(values: Mapping[str, Any]) -> None:
    for name in AMOUNTS:
        if values.get(name) is not None:
            check_places(Decimal(str(values[name])), values["currency"], name)
    for place, line in enumerate(values.get("reconditioning") or ()):
        check_places(Decimal(str(line["amount"])), values["currency"], f"reconditioning.{place}.amount")


def refuse_taken_vin(tx: Transaction, vin: str, *, besides: int = 0) -> None:
    """Raises Conflict, with the other's id, when another live vehicle that is not sold has it."""
    taken = tx.value(
        """
        SELECT id
          FROM vehicles
         WHERE workspace_id = :workspace_id
           AND vin = :vin
           AND deleted_at IS NULL
           AND status <> 'sold'
           AND id <> :besides
        """,
        vin=vin,
        besides=besides,
    )
    if taken is not None:
        raise Conflict.field(
            "vin",
            "A vehicle with this VIN already exists.",
            Sentence("belongs to another vehicle"),
            vehicle_id=taken,
        )


def _workspace_currency(tx: Transaction) -> str:
    return str(tx.value("SELECT currency FROM workspaces WHERE id = :workspace_id"))
