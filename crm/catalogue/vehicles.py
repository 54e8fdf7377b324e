"""Creating and changing vehicles: row, costs, pictures, tags, search and ledger in one transaction."""

from decimal import Decimal
from typing import Any

from crm.activity import activity
from crm.catalogue.pictures import store_pictures
from crm.catalogue.stock_numbers import note_number, stock_key
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle, get_vehicle
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields, given_values
from crm.catalogue.vehicle_parts import store_costs
from crm.catalogue.vehicle_validation import validate_new_vehicle, validate_vehicle_changes
from crm.custom_fields.searched_texts import texts_in
from crm.custom_fields.values import check_changed_custom, check_new_custom, store_custom, without_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.money import as_stored
from crm.records.keys import place_key, sort_key
from crm.records.kinds import follow_renaming
from crm.records.search_texts import index_words
from crm.records.skeleton import differing, facts_of, given_facts, refuse_stale
from crm.records.tags import set_tags

SEARCH = "vehicles_search"
PARTS = frozenset({"tags", "reconditioning", "picture_ids", "cost", "price"})
KEYED = ("make", "model", "body", "fuel", "condition", "location")
KM_IN_A_MILE = Decimal("1.609344")


def create_vehicle(
    tx: Transaction, fields: VehicleFields, *, complete: bool = False, by_deal: bool = False
) -> Vehicle:
    """Raises Invalid, and Conflict for a VIN that another vehicle has.

    Where `complete`, each custom field that is required must be given. `by_deal` whoever it is may say costs.
    """
    values = validate_new_vehicle(tx, fields, by_deal=by_deal)
    values = check_new_custom(tx, "vehicle", values, complete=complete)
    vehicle_id = _insert(tx, values)
    note_number(tx, values["stock_number"], vehicle_id)
    store_costs(tx, vehicle_id, values["reconditioning"])
    set_tags(tx, "vehicle", vehicle_id, values["tags"])
    store_custom(tx, "vehicle", vehicle_id, values)
    whole = get_vehicle(tx, vehicle_id, with_costs=True)
    index_vehicle(tx, whole)
    activity.record(tx, "vehicle.created", "vehicle", vehicle_id, after=given_facts(VEHICLE_RECORD, whole))
    return get_vehicle(tx, vehicle_id)


def change_vehicle(
    tx: Transaction,
    vehicle_id: int,
    fields: VehicleFields | VehicleChanges,
    *,
    expected_version: int | None = None,
    restored: bool = False,
) -> Vehicle:
    """Write the differing values: all fields of a whole vehicle, or only the given ones of changes.

    Raises NotFound, Stale, Invalid, and Conflict for a VIN that another vehicle has.
    """
    refuse_stale(VEHICLE_RECORD, get_vehicle(tx, vehicle_id), expected_version)
    old = get_vehicle(tx, vehicle_id, with_costs=True)
    given = validate_vehicle_changes(tx, old, given_values(fields), restored=restored)
    whole = isinstance(fields, VehicleFields)
    given = check_changed_custom(tx, "vehicle", vehicle_id, old.custom, given, whole=whole)
    values = differing(VEHICLE_RECORD, old, given)
    if values:
        _write(tx, old, values)
    return get_vehicle(tx, vehicle_id)


def _write(tx: Transaction, old: Vehicle, values: dict[str, Any]) -> None:
    if "tags" in values:
        set_tags(tx, "vehicle", old.id, values["tags"])
    if "reconditioning" in values:
        store_costs(tx, old.id, values["reconditioning"])
    if "picture_ids" in values:
        store_pictures(tx, "vehicle", old.id, values["picture_ids"])
    store_custom(tx, "vehicle", old.id, values)
    before = facts_of(VEHICLE_RECORD, old)
    _update(tx, old.id, {**before, **values})
    new = get_vehicle(tx, old.id, with_costs=True)
    forget_texts(tx, SEARCH, old.id)
    index_vehicle(tx, new)
    if new.name != old.name:
        follow_renaming(tx, "vehicle", new.id)
    earlier, later = activity.changes(before, facts_of(VEHICLE_RECORD, new))
    activity.record(tx, "vehicle.changed", "vehicle", old.id, before=earlier, after=later)


def index_vehicle(tx: Transaction, vehicle: Vehicle) -> None:
    """By its name, stock number, VIN, colour and place, and by custom texts; nothing that not all may see."""
    texts = texts_in(tx, "vehicle", facts_of(VEHICLE_RECORD, vehicle))
    words = (vehicle.stock_number, vehicle.vin, vehicle.colour, vehicle.location)
    index_words(tx, VEHICLE_RECORD, SEARCH, vehicle.id, name=vehicle.name, words=words, custom=texts)


def name_of_vehicle(facts: dict[str, Any]) -> str:
    parts = (facts["year"], facts["make"], facts["model"], facts.get("trim"))
    return " ".join(str(part) for part in parts if part is not None)


def _insert(tx: Transaction, values: dict[str, Any]) -> int:
    return tx.insert(
        """
        INSERT INTO vehicles (workspace_id, stock_number, stock_key, name, name_key, vin, year, make,
                              make_key, model, model_key, trim, body, body_key, fuel, fuel_key,
                              transmission, mileage, mileage_unit, mileage_km, colour, condition,
                              condition_key, first_registration,
                              cost_minor, price_minor, currency, status, location, location_key, description,
                              notes, stocked_on, created_at, updated_at)
        VALUES (:workspace_id, :stock_number, :stock_key, :name, :name_key, :vin, :year, :make, :make_key,
                :model, :model_key, :trim, :body, :body_key, :fuel, :fuel_key, :transmission, :mileage,
                :mileage_unit, :mileage_km, :colour, :condition, :condition_key, :first_registration,
                :cost_minor, :price_minor, :currency, :status, :location, :location_key, :description,
                :notes, :stocked_on, :now, :now)
        RETURNING id
        """,
        **_columns(values),
    )


def _update(tx: Transaction, vehicle_id: int, facts: dict[str, Any]) -> None:
    tx.run(
        """
        UPDATE vehicles
           SET stock_number = :stock_number, stock_key = :stock_key, name = :name, name_key = :name_key,
               vin = :vin, year = :year, make = :make, make_key = :make_key, model = :model,
               model_key = :model_key, trim = :trim, body = :body, body_key = :body_key, fuel = :fuel,
               fuel_key = :fuel_key, transmission = :transmission, mileage = :mileage,
               mileage_unit = :mileage_unit, mileage_km = :mileage_km, colour = :colour,
               condition = :condition, condition_key = :condition_key,
               first_registration = :first_registration, cost_minor = :cost_minor,
               price_minor = :price_minor, currency = :currency, status = :status, location = :location,
               location_key = :location_key, description = :description, notes = :notes,
               stocked_on = :stocked_on, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :vehicle_id
        """,
        vehicle_id=vehicle_id,
        **_columns(facts),
    )


def _columns(facts: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in without_custom(facts).items() if name not in PARTS}
    name = name_of_vehicle(facts)
    keys = {f"{column}_key": place_key(facts[column]) for column in KEYED}
    amounts = {f"{column}_minor": stored(facts[column]) for column in ("cost", "price")}
    return {
        **own, **keys, **amounts, "name": name, "name_key": sort_key(name),
        "stock_key": stock_key(facts["stock_number"]),
        "mileage_km": kilometres(facts["mileage"], facts["mileage_unit"]),
    }  # fmt: skip


def stored(amount: int | float | None) -> int | None:
    return None if amount is None else as_stored(Decimal(str(amount)))


def kilometres(mileage: int | None, unit: str) -> int | None:
    """For filters and orders: vehicles with both units stand in one list."""
    return None if mileage is None else mileage if unit == "km" else int(mileage * KM_IN_A_MILE)
