"""Vehicles from a file: a list of one's own, or a feed for Google or Meta."""

from collections.abc import Mapping
from typing import Any

from crm.catalogue.costs import sees_costs
from crm.catalogue.stock_numbers import stock_key
from crm.catalogue.vehicle import get_vehicle
from crm.catalogue.vehicle_fields import OF_COST, VehicleFields
from crm.catalogue.vehicle_validation import refuse_taken_vin
from crm.catalogue.vehicles import create_vehicle
from crm.catalogue.vin import WRONG_DIGIT, check_digit_fits, check_vin, clean_vin
from crm.db.transaction import Transaction
from crm.errors import Sentence
from crm.records.importing import Importing, Tell

OF_FEEDS = ("condition", "fuel", "transmission")
"""What the feeds write in capitals; words of up to three letters, such as CVT, are abbreviations."""
BY_DEAL = Sentence("is set by a deal: the vehicle is withdrawn from sale until somebody changes that")
STAYS = Sentence("is set by a deal: the vehicle keeps the status that it has")
GIVEN_BEFORE = Sentence("was given before, and no number is given twice: the vehicle gets the next one")
FOR_ADMINS = Sentence("is for owners and admins only")


def arrange_vehicle(tx: Transaction, values: dict[str, Any], tell: Tell) -> None:
    """Raises Invalid naming `vin` for one that no vehicle can have."""
    if values.get("vin"):
        _check_vin(values, tell)
    for name in OF_FEEDS:
        word = values.get(name)
        if isinstance(word, str) and word.isupper() and (len(word) > 3 or word == "NEW"):
            values[name] = word.lower()
    found = find_vehicle_of(tx, values)
    if values.get("status") in {"pending", "sold"}:
        _leave_to_deals(tx, values, found, tell)
    for name in OF_COST & values.keys():
        if not sees_costs(tx):
            tell(name, FOR_ADMINS, str(values.pop(name)))
    if found is None and _was_given(tx, values.get("stock_number")):
        tell("stock_number", GIVEN_BEFORE, str(values.pop("stock_number")))


def _leave_to_deals(tx: Transaction, values: dict[str, Any], found: int | None, tell: Tell) -> None:
    """A vehicle that is here keeps its status; the one that it was exported with is no problem."""
    status = str(values.pop("status"))
    if found is None:
        tell("status", BY_DEAL, status)
        values["status"] = "withdrawn"
    elif get_vehicle(tx, found).status != status:
        tell("status", STAYS, status)


def _check_vin(values: dict[str, Any], tell: Tell) -> None:
    vin = values["vin"] = clean_vin(str(values["vin"]))
    year = values.get("year")
    if isinstance(year, int):
        check_vin(vin, year)
    if not check_digit_fits(vin):
        tell("vin", WRONG_DIGIT, vin)


def marks_of_vehicle(values: Mapping[str, Any]) -> list[str]:
    """The VIN, and the stock number."""
    vin, number = values.get("vin"), values.get("stock_number")
    return [*([f"vin {vin}"] if vin else []), *([f"stock {stock_key(str(number))}"] if number else [])]


def find_vehicle_of(tx: Transaction, values: Mapping[str, Any]) -> int | None:
    """By its VIN, else by its stock number; one that is not sold before one that was."""
    vin, number = values.get("vin"), values.get("stock_number")
    found = _find_by(tx, "vin", str(vin)) if vin else None
    if found is None and number:
        return _find_by(tx, "stock_key", stock_key(str(number)))
    return found


def _find_by(tx: Transaction, column: str, key: str) -> int | None:
    found = tx.value(
        f"""
        SELECT COALESCE(MAX(CASE WHEN v.status <> 'sold' THEN v.id END), MAX(v.id))
          FROM vehicles v
         WHERE v.workspace_id = :workspace_id
           AND v.{column} = :key
           AND v.deleted_at IS NULL
        """,
        key=key,
    )
    return None if found is None else int(found)


def _was_given(tx: Transaction, number: Any) -> bool:
    if not number:
        return False
    found = tx.value(
        """
        SELECT 1
          FROM issued_numbers
         WHERE workspace_id = :workspace_id
           AND kind = 'stock'
           AND number_key = :key
        """,
        key=stock_key(str(number)),
    )
    return found is not None


IMPORTED_VEHICLES = Importing(
    fields=VehicleFields,
    create=create_vehicle,
    needed="model",
    rest="notes",
    unsaid=frozenset({"picture_ids"}),
    units={"price": "currency", "cost": "currency", "mileage": "mileage_unit"},
    arrange=arrange_vehicle,
    marks=marks_of_vehicle,
    find=find_vehicle_of,
    taken={"vin": refuse_taken_vin},
    headers={
        "stock_number": (
            "g id", "vehicle id", "stock", "stock no", "stock nr", "stock #", "stocknumber", "lagernummer",
            "bestandsnummer",
        ),
        "vin": ("vehicle identification number", "chassis number", "fin", "fahrgestellnummer"),
        "year": ("model year", "baujahr", "modelljahr"),
        "make": ("brand", "manufacturer", "marke", "hersteller"),
        "model": ("modell", "model name"),
        "trim": ("trim level", "version", "ausstattung"),
        "body": ("body style", "body type", "vehicle type", "karosserie"),
        "fuel": ("fuel type", "engine", "kraftstoff"),
        "transmission": ("gearbox", "getriebe"),
        "mileage": ("mileage value", "odometer", "kilometers", "kilometres", "laufleistung"),
        "mileage_unit": ("mileage unit", "odometer unit"),
        "colour": ("color", "exterior color", "exterior colour", "farbe"),
        "condition": ("state of vehicle", "vehicle condition", "zustand"),
        "first_registration": ("registration date", "erstzulassung"),
        "cost": ("purchase price", "invoice price", "einkaufspreis"),
        "price": ("asking price", "list price", "selling price", "preis", "verkaufspreis"),
        "status": ("availability", "stock status", "vehicle availability"),
        "location": ("lot", "store code", "dealer location", "standort"),
        "description": ("beschreibung", "comments"),
        "notes": ("note", "notizen"),
        "stocked_on": ("in stock since", "stock date", "date received", "date first on lot", "eingang"),
    },
    words={
        "mile": "mi", "miles": "mi", "mls": "mi", "kilometer": "km", "kilometers": "km",
        "kilometre": "km", "kilometres": "km", "kms": "km",
        "in stock": "available", "for sale": "available", "yes": "available", "verfügbar": "available",
        "not available": "withdrawn", "not_available": "withdrawn", "out of stock": "withdrawn",
        "unavailable": "withdrawn", "no": "withdrawn", "reserved": "pending", "reserviert": "pending",
        "verkauft": "sold",
    },
    examples={
        "stock_number": "S-1001",
        "vin": "1M8GDM9AXKP042788",
        "year": "2024",
        "make": "Probe",
        "model": "Estate",
        "mileage": "12500 km",
        "price": "19999.00 EUR",
        "condition": "used",
        "status": "available or withdrawn",
        "location": "Main yard",
    },
)  # fmt: skip
