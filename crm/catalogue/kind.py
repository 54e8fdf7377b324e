"""The kinds of the catalogue: vehicles."""

from crm.catalogue.costs import COSTS_APART
from crm.catalogue.rows import ROWS
from crm.catalogue.vehicle import VEHICLE_RECORD, Vehicle, find_vehicle, get_vehicle
from crm.catalogue.vehicle_demo import begin_vehicles
from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields
from crm.catalogue.vehicle_filter_fields import vehicle_filter_fields
from crm.catalogue.vehicle_filters import SORTS, VehicleFilter
from crm.catalogue.vehicle_listing import count_vehicles, list_vehicles, suggest_vehicles
from crm.catalogue.vehicle_trash import delete_vehicle, rebuild_vehicle, restore_vehicle
from crm.catalogue.vehicles import SEARCH, change_vehicle
from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.erasing import REMOVED
from crm.records.kind import (
    Changes,
    Customized,
    Examples,
    Export,
    Facts,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    exported,
    not_undone,
    usual_actions,
)
from crm.records.skeleton import facts_of

OF_THE_BUSINESS = "a vehicle is the business's own, and says nothing of a person"


def _facts(tx: Transaction, vehicle_id: int) -> Facts:
    return facts_of(VEHICLE_RECORD, get_vehicle(tx, vehicle_id))


def _set_back(tx: Transaction, vehicle_id: int, earlier: Facts) -> object:
    changes = parse_fields(VehicleChanges, with_custom(earlier))
    return change_vehicle(tx, vehicle_id, changes, restored=True)


VEHICLE = Kind(
    name="vehicle",
    table="vehicles",
    known_by="name",
    area="vehicles",
    permissions={"read": "everyone", "write": "workers", "delete": "workers", "export": "allowed"},
    rows=ROWS,
    examples=Examples(usual=40, least=0, begin=begin_vehicles),
    actions=usual_actions("vehicle")
    | exported("vehicle")
    | not_undone("its deal decides", "vehicle.held", "vehicle.released", "vehicle.sold")
    | not_undone("a vehicle that came back is sold by a new deal", "vehicle.returned"),
    erasing={
        "vehicles": OF_THE_BUSINESS,
        "vehicle_costs": OF_THE_BUSINESS,
        "vehicle_pictures": REMOVED,
    },
    sight=COSTS_APART,
    fields=VehicleFields,
    lookup=Lookup(VEHICLE_RECORD, get_vehicle, find_vehicle),
    pointers=(
        Pointer("vehicle_id", "vehicles", of="vehicle_costs"),
        Pointer("vehicle_id", "vehicles", of="vehicle_pictures"),
        Pointer("file_id", "files", of="vehicle_pictures", when_erased="erase"),
    ),
    trash=Trash(delete_vehicle, restore_vehicle),
    changes=Changes(_facts, _set_back),
    listing=Listing(VehicleFilter, SORTS, list_vehicles, count_vehicles, suggest_vehicles),
    filtered=vehicle_filter_fields,
    export=Export(Vehicle, VehicleFilter, SORTS, list_vehicles, count_vehicles),
    search=Search(rebuild_vehicle, SEARCH),
    parts=frozenset({"notes", "tasks", "files", "tags"}),
    customized=Customized(parse_phone),
    numbered=("stock", "stock_number"),
)
