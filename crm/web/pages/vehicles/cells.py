"""The fields of vehicles that are changed in their list and on their page."""

from crm.catalogue.vehicle_fields import VehicleChanges
from crm.catalogue.vehicles import change_vehicle
from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.lists.vehicle_list import VEHICLE_LIST
from crm.web.records.entries import NUMBER, OPTIONAL_AMOUNT, TEXT, WORDS

WORDS_OF_IT = ("colour", "condition", "location")

blueprint = cell_blueprint(
    CellEditing(
        kind=VEHICLE_LIST.kind,
        page=VEHICLE_LIST,
        cells={
            "price": Cell("amount"),
            **{name: Cell() for name in WORDS_OF_IT},
            "mileage": Cell(),
            "tags": Cell("words"),
        },
        entries={
            "price": OPTIONAL_AMOUNT,
            **dict.fromkeys(WORDS_OF_IT, TEXT),
            "mileage": NUMBER,
            "tags": WORDS,
        },
        model=VehicleChanges,
        change=change_vehicle,
    )
)
