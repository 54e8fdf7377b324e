"""The stock as anybody sees it by a link: vehicles for sale, without costs, notes or anything internal."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from crm.accounts.workspaces import Workspace, get_workspace
from crm.catalogue.stock_links import StockLink, get_stock_link, open_stock_link
from crm.catalogue.stock_numbers import stock_key
from crm.catalogue.vehicle import Vehicle, get_vehicle
from crm.catalogue.vehicle_filters import VehicleFilter
from crm.catalogue.vehicle_listing import list_vehicles
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.errors import NotFound
from crm.files.files import File, stored_name_of

MOST_ON_PAGE = 24
MOST_IN_FEED = 10_000
FEED_PART = 500
SOLD = "This vehicle is no longer for sale."


@dataclass(frozen=True, slots=True)
class PublicVehicle:
    """`picture_ids` are files, in order."""

    stock_number: str
    name: str
    year: int
    make: str
    model: str
    trim: str | None
    body: str | None
    fuel: str | None
    transmission: str | None
    mileage: int | None
    mileage_unit: str
    colour: str | None
    condition: str | None
    first_registration: str | None
    vin: str | None
    price: int | float | None
    currency: str
    location: str | None
    description: str | None
    picture_ids: list[int]


class StockQuery(BaseModel):
    """What visitors may look for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    q: str | None = Field(default=None, max_length=200)
    cursor: str | None = Field(default=None, max_length=500)


@dataclass(frozen=True, slots=True)
class PublicStock:
    workspace: Workspace
    link: StockLink
    vehicles: Page[PublicVehicle]


def see_stock(tx: Transaction, token: str, wanted: StockQuery) -> PublicStock:
    """`tx` is of SYSTEM. Raises NotFound, and Invalid naming `cursor`."""
    inside, link = _opened(tx, token)
    filters = VehicleFilter(status="available", q=wanted.q)
    page = list_vehicles(inside, filters, limit=MOST_ON_PAGE, cursor=wanted.cursor)
    shown = Page([_public(each) for each in page.rows], page.next, page.previous)
    return PublicStock(get_workspace(inside), link, shown)


def language_of_stock(tx: Transaction, token: str) -> str:
    """The workspace's. `tx` is of SYSTEM. Raises NotFound."""
    inside, _ = _opened(tx, token)
    return get_workspace(inside).language


def see_vehicle(tx: Transaction, token: str, number: str) -> tuple[Workspace, StockLink, PublicVehicle]:
    """`tx` is of SYSTEM. Raises NotFound, also for a vehicle that is not for sale."""
    inside, link = _opened(tx, token)
    return get_workspace(inside), link, _public(vehicle_for_sale(inside, number))


def vehicle_for_sale(tx: Transaction, number: str) -> Vehicle:
    """By its stock number. Raises NotFound."""
    found = tx.value(
        """
        SELECT id
          FROM vehicles
         WHERE workspace_id = :workspace_id
           AND stock_key = :key
           AND status = 'available'
           AND deleted_at IS NULL
        """,
        key=stock_key(number),
    )
    if found is None:
        raise NotFound(SOLD)
    return get_vehicle(tx, int(found), with_costs=False)


def see_picture(tx: Transaction, token: str, file_id: int) -> tuple[File, str]:
    """A picture of a vehicle for sale, and where its content is. `tx` is of SYSTEM. Raises NotFound."""
    inside, _ = _opened(tx, token)
    shown = inside.value(
        """
        SELECT 1
          FROM vehicle_pictures vp
          JOIN vehicles v ON v.workspace_id = vp.workspace_id AND v.id = vp.vehicle_id
         WHERE vp.workspace_id = :workspace_id
           AND vp.file_id = :file_id
           AND v.status = 'available'
           AND v.deleted_at IS NULL
        """,
        file_id=file_id,
    )
    if shown is None:
        raise NotFound("There is no such picture.")
    return stored_name_of(inside, file_id)


def stock_pages(db: Database, system: Actor, token: str) -> Iterator[list[Vehicle]]:
    """All vehicles for sale, for a feed, in bounded memory. Raises NotFound before the first page."""
    read, cursor = 0, None
    while read < MOST_IN_FEED:
        rows, cursor = db.read(_feed_part, system, token, cursor)
        read += len(rows)
        yield rows
        if cursor is None:
            return


def _feed_part(tx: Transaction, token: str, cursor: str | None) -> tuple[list[Vehicle], str | None]:
    inside, _ = _opened(tx, token)
    page = list_vehicles(inside, VehicleFilter(status="available"), limit=FEED_PART, cursor=cursor)
    return page.rows, page.next


def _opened(tx: Transaction, token: str) -> tuple[Transaction, StockLink]:
    actor, link_id = open_stock_link(tx, token)
    inside = tx.acting_as(actor)
    return inside, get_stock_link(inside, link_id)


def _public(vehicle: Vehicle) -> PublicVehicle:
    names = PublicVehicle.__dataclass_fields__
    return PublicVehicle(**{name: getattr(vehicle, name) for name in names})
