"""Stock numbers in the register: given, chosen, changed, and never lost."""

import pytest

from crm.catalogue.vehicle_fields import VehicleChanges, VehicleFields
from crm.catalogue.vehicles import change_vehicle, create_vehicle
from crm.db.database import Database
from crm.errors import Conflict
from crm.numbers.checking import check_numbers
from tests.support.cast import Cast

GOLF = VehicleFields(year=2024, make="Volkswagen", model="Golf")


def test_each_stock_number_is_accounted_for_also_after_it_was_corrected(db: Database, cast: Cast) -> None:
    owner = cast.owner
    first = db.write(create_vehicle, owner, GOLF)
    db.write(create_vehicle, owner, GOLF.model_copy(update={"stock_number": "Van 7"}))
    with pytest.raises(Conflict):
        db.write(create_vehicle, owner, GOLF.model_copy(update={"stock_number": "van 7"}))
    corrected = VehicleChanges.model_validate({"stock_number": "A 1"})
    assert db.write(change_vehicle, owner, first.id, corrected).stock_number == "A 1"
    report = db.read(check_numbers, owner)
    assert (report.issued, report.faults) == (3, [])
    assert [found.message for found in report.findings] == [
        f"{first.stock_number}: its record was given another number since."
    ]
