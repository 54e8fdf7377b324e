"""The states of a vehicle that deals and returns set, also when two want one at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from crm.activity.timeline import last_activity
from crm.catalogue.stocking import (
    hold_vehicle,
    release_vehicle,
    return_vehicle,
    sell_vehicle,
    take_in_vehicle,
)
from crm.catalogue.vehicle import get_vehicle
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicle_trash import delete_vehicle
from crm.catalogue.vehicles import create_vehicle
from crm.db.database import Database
from crm.errors import Conflict, CrmError, NotFound
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock

GOLF = VehicleFields(year=2024, make="Volkswagen", model="Golf")


@pytest.fixture
def vehicle_id(db: Database, cast: Cast) -> int:
    return db.write(create_vehicle, cast.owner, GOLF).id


def test_a_deal_takes_it_sells_it_and_it_comes_back_with_a_reason(
    db: Database, cast: Cast, vehicle_id: int, frozen_clock: FrozenClock
) -> None:
    owner = cast.owner
    assert db.write(hold_vehicle, owner, vehicle_id).status == "pending"
    frozen_clock.advance(days=40)
    sold = db.write(sell_vehicle, owner, vehicle_id)
    frozen_clock.advance(days=40)
    assert (sold.status, db.read(get_vehicle, owner, vehicle_id).days_in_stock) == ("sold", 40)
    back = db.write(return_vehicle, owner, vehicle_id, "Broken engine")
    assert (back.status, back.sold_on, back.days_in_stock) == ("available", None, 0)
    told = db.read(last_activity, owner)
    assert told is not None and told.action == "vehicle.returned"
    after = {"status": "available", "sold_on": None, "stocked_on": back.stocked_on}
    assert told.after == {**after, "reason": "Broken engine"}


def test_only_the_state_before_leads_to_the_next(db: Database, cast: Cast, vehicle_id: int) -> None:
    owner = cast.owner
    for operation in (release_vehicle, sell_vehicle):
        with pytest.raises(Conflict):
            db.write(operation, owner, vehicle_id)
    db.write(hold_vehicle, owner, vehicle_id)
    with pytest.raises(Conflict):
        db.write(hold_vehicle, owner, vehicle_id)
    with pytest.raises(Conflict):
        db.write(delete_vehicle, owner, vehicle_id)
    assert db.write(release_vehicle, owner, vehicle_id).status == "available"
    db.write(delete_vehicle, owner, vehicle_id)
    with pytest.raises(NotFound):
        db.write(hold_vehicle, owner, vehicle_id)
    with pytest.raises(NotFound):
        db.write(hold_vehicle, cast.outsider, vehicle_id)


def test_of_many_deals_at_once_one_gets_it(db: Database, cast: Cast, vehicle_id: int) -> None:
    def hold(_: int) -> bool:
        try:
            db.write(hold_vehicle, cast.owner, vehicle_id)
        except CrmError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(hold, range(16), timeout=60))
    assert held.count(True) == 1


def test_a_trade_in_has_a_cost_and_waits_withdrawn_whoever_takes_it(db: Database, cast: Cast) -> None:
    traded = GOLF.model_copy(update={"cost": Decimal(4500)})
    taken = db.write(take_in_vehicle, cast.colleague, traded)
    assert (taken.status, taken.cost) == ("withdrawn", None)
    assert db.read(get_vehicle, cast.owner, taken.id).cost == 4500
