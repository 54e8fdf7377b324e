"""Lists of vehicles: filtered, sorted, searched, in keyset pages."""

from crm.catalogue.vehicle import COLUMNS, Vehicle, reading_of
from crm.catalogue.vehicle_filters import IN_STOCK, VEHICLES, VehicleFilter, filter_parts, sorts_for
from crm.db.keyset import Page
from crm.db.list_pages import count_list, first_of, read_list
from crm.db.listing import COUNT_LIMIT, Count
from crm.db.transaction import Transaction

SUGGESTIONS = 5


def list_vehicles(
    tx: Transaction,
    wanted: VehicleFilter,
    *,
    sort: str | None = None,
    limit: int,
    cursor: str | None = None,
) -> Page[Vehicle]:
    """Newest first unless `sort` says otherwise. Raises Invalid naming `sort` or `cursor`."""
    return read_list(
        tx,
        VEHICLES.sorted_by(sorts_for(tx, sort)),
        filter_parts(tx, wanted),
        reading_of(tx).vehicle_of,
        width=COLUMNS,
        sort=sort,
        deleted=wanted.deleted,
        limit=limit,
        cursor=cursor,
    )


def count_vehicles(tx: Transaction, wanted: VehicleFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many vehicles such a list has. To stay quick it stops counting at `limit`; None counts all."""
    return count_list(tx, VEHICLES, filter_parts(tx, wanted), deleted=wanted.deleted, limit=limit)


def suggest_vehicles(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Vehicle]:
    """The newest few for what is being typed; those in stock come first."""
    best, all_of_them = VehicleFilter(q=text, status=IN_STOCK), VehicleFilter(q=text)
    return first_of(limit, lambda wanted: list_vehicles(tx, wanted, limit=limit).rows, best, all_of_them)
