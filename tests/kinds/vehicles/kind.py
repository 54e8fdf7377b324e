"""What vehicles are to all that works on any record."""

from crm.db.transaction import Transaction
from crm.fields import Name, parse_fields
from crm.records.erasing import SQL_PLACEHOLDER, hidden
from crm.records.keys import sort_key
from crm.records.kind import (
    Changes,
    Examples,
    Facts,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    usual_actions,
)
from crm.records.skeleton import facts_of
from crm.row_rules import RowRules, columns, fits, ids, key_of
from tests.kinds.vehicles.vehicles import (
    SORTS,
    VEHICLE_RECORD,
    Plate,
    VehicleChanges,
    VehicleFields,
    VehicleFilter,
    begin_vehicles,
    change_vehicle,
    count_vehicles,
    delete_vehicle,
    find_vehicle,
    get_vehicle,
    list_vehicles,
    rebuild_vehicle,
    restore_vehicle,
    suggest_vehicles,
)


def _set_back(tx: Transaction, vehicle_id: int, earlier: Facts) -> object:
    return change_vehicle(tx, vehicle_id, parse_fields(VehicleChanges, earlier))


VEHICLE = Kind(
    name="vehicle",
    table="vehicles",
    known_by="name",
    area="vehicles",
    permissions={"read": "everyone", "write": "workers", "delete": "workers"},
    rows={
        "vehicles": RowRules(
            columns(name=fits(Name), plate=fits(Plate), **ids("client_id")),
            made={"name_key": key_of("name", sort_key)},
        )
    },
    examples=Examples(usual=3, least=0, begin=begin_vehicles),
    erasing={"vehicles": hidden(name=SQL_PLACEHOLDER, name_key=SQL_PLACEHOLDER, blank="plate client_id")},
    actions=usual_actions("vehicle"),
    fields=VehicleFields,
    lookup=Lookup(VEHICLE_RECORD, get_vehicle, find_vehicle),
    links={"client_id": "client"},
    pointers=(Pointer("client_id", "clients", holds="vehicles", when_erased="erase"),),
    trash=Trash(delete_vehicle, restore_vehicle),
    changes=Changes(lambda tx, vehicle_id: facts_of(VEHICLE_RECORD, get_vehicle(tx, vehicle_id)), _set_back),
    listing=Listing(VehicleFilter, SORTS, list_vehicles, count_vehicles, suggest_vehicles),
    search=Search(rebuild_vehicle),
    parts=frozenset({"notes", "tasks", "files", "tags"}),
)
