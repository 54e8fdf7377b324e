"""Lists of vehicles."""

from crm.catalogue.vehicle import COLUMNS, Vehicle, reading_of
from crm.catalogue.vehicle_filters import IN_STOCK, VEHICLES, VehicleFilter, filter_parts, sorts_for
from crm.records.record_list import RecordList

VEHICLE_LISTING: RecordList[VehicleFilter, Vehicle] = RecordList(
    filters=VehicleFilter,
    shown=lambda _tx: VEHICLES,
    sorts=sorts_for,
    parts=filter_parts,
    reading=lambda tx: reading_of(tx).vehicle_of,
    width=COLUMNS,
    first={"status": IN_STOCK},
)
list_vehicles = VEHICLE_LISTING.page
count_vehicles = VEHICLE_LISTING.count
suggest_vehicles = VEHICLE_LISTING.suggest
