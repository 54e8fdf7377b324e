"""Lists of vehicles: filtered, sorted, searched, in keyset pages."""

from dataclasses import replace

from crm.catalogue.vehicle import COLUMNS, Vehicle, reading_of
from crm.catalogue.vehicle_filters import IN_STOCK, VEHICLES, VehicleFilter, filter_parts, sorts_for
from crm.db.keyset import Page, PageStart, read_page
from crm.db.list_parts import ListRow, Looked
from crm.db.list_plan import count_fitting, read_rows
from crm.db.listing import COUNT_LIMIT, Count, order_of
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
    sorts = sorts_for(tx, sort)
    order = order_of(sorts, sort, deleted=wanted.deleted)
    parts = filter_parts(tx, wanted)
    listed, reading = replace(VEHICLES, sorts=sorts), reading_of(tx)

    def fetch(place: PageStart) -> Looked[ListRow]:
        if parts is None:
            return Looked([])
        way = order.turned(place.back)
        return read_rows(tx, listed, parts, way, after=place.keys, deleted=wanted.deleted, limit=limit + 1)

    page = read_page(fetch, cursor, sorts[order.key].shape, limit, lambda row: row[COLUMNS:])
    return Page([reading.vehicle_of(row[:COLUMNS]) for row in page.rows], page.next, page.previous)


def count_vehicles(tx: Transaction, wanted: VehicleFilter, *, limit: int | None = COUNT_LIMIT) -> Count:
    """How many vehicles such a list has. To stay quick it stops counting at `limit`; None counts all."""
    parts = filter_parts(tx, wanted)
    if parts is None:
        return Count(0, exact=True)
    return Count(*count_fitting(tx, VEHICLES, parts, deleted=wanted.deleted, limit=limit))


def suggest_vehicles(tx: Transaction, text: str, *, limit: int = SUGGESTIONS) -> list[Vehicle]:
    """The newest few for what is being typed; those in stock come first."""
    in_stock = list_vehicles(tx, VehicleFilter(q=text, status=IN_STOCK), limit=limit).rows
    rest = list_vehicles(tx, VehicleFilter(q=text), limit=limit).rows if len(in_stock) < limit else []
    return list({vehicle.id: vehicle for vehicle in (*in_stock, *rest)}.values())[:limit]
