"""The form of a vehicle: its fields, and what was spent on it as rows."""

from collections.abc import Mapping
from typing import Any

from flask import request

from crm.accounts.workspaces import get_workspace
from crm.catalogue.kind import VEHICLE
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields
from crm.catalogue.vehicle_words import WORDS as USED_WORDS
from crm.catalogue.vehicle_words import words_in_use
from crm.catalogue.vehicles import change_vehicle, create_vehicle
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.records.skeleton import facts_of
from crm.records.tags import list_tags
from crm.web.records.entries import (
    NUMBER,
    OPTIONAL,
    OPTIONAL_AMOUNT,
    TEXT,
    WORDS,
    Texts,
    given_values,
    texts_of,
)
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.row_lists import RowList, rows_shown
from crm.web.requests.amounts import plain_amount
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes


def _cell(column: str, text: str) -> str | None:
    return plain_amount(text, request.form.get("currency", "")) if column == "amount" else text or None


COSTS = RowList("reconditioning", ("title", "amount", "spent_on"), value=_cell)
ENTRIES = {
    "stock_number": OPTIONAL, "vin": TEXT, "year": NUMBER, "make": TEXT, "model": TEXT, "trim": TEXT,
    "body": TEXT, "fuel": TEXT, "transmission": TEXT, "mileage": NUMBER, "mileage_unit": TEXT,
    "colour": TEXT, "condition": TEXT, "first_registration": TEXT, "cost": OPTIONAL_AMOUNT,
    "price": OPTIONAL_AMOUNT, "currency": TEXT, "location": TEXT, "description": TEXT, "notes": TEXT,
    "stocked_on": TEXT, "reconditioning": COSTS.entry, "tags": WORDS,
}  # fmt: skip


def _texts(vehicle: Vehicle) -> dict[str, str]:
    facts = facts_of(VEHICLE_RECORD, vehicle)
    return texts_of(ENTRIES, {**facts, "reconditioning": facts["reconditioning"] or []})


def _given(names: set[str]) -> dict[str, Any]:
    given = given_values(ENTRIES, names)
    if "reconditioning" in given:
        lines = [{name: line[name] for name in COSTS.columns} for line in given["reconditioning"]]
        given["reconditioning"] = lines
    return given


def _create(tx: Transaction, fields: VehicleFields) -> Vehicle:
    return create_vehicle(tx, fields, complete=True)


def _other_rows() -> bool:
    """Whether a button of the rows was pressed."""
    return "more" in request.form or "fewer" in request.form


def _options(vehicle: Vehicle | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    shown = values if values.get("reconditioning") else {**values, "reconditioning": ""}
    return {
        **read(_read_options, vehicle),
        "rows": rows_shown(COSTS, shown, error),
        "sees_costs": identity().role in {"owner", "admin"},
    }


def _read_options(tx: Transaction, vehicle: Vehicle | None) -> dict[str, Any]:
    currency = get_workspace(tx).currency
    codes = currency_codes(vehicle.currency if vehicle else "", currency)
    return {
        "tags": [tag.name for tag in list_tags(tx, "vehicle")],
        "used": {name: words_in_use(tx, name) for name in USED_WORDS},
        "currency": currency,
        "currencies": [(code, code) for code in sorted(codes, key=lambda code: (code != currency, code))],
    }


blueprint = form_blueprint(
    RecordForm(
        kind=VEHICLE,
        entries=ENTRIES,
        template="vehicles/form.html",
        model=VehicleChanges,
        change=change_vehicle,
        texts=_texts,
        given=_given,
        goes_on=_other_rows,
        options=_options,
        creation=Creation(model=VehicleFields, create=_create, asked=("make", "model", "vin")),
    )
)
