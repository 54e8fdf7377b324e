"""`kill -9` at each statement of making and of delivering a deal: all of it is there, or nothing."""

import json
import subprocess
import sys

import pytest

from crm.activity.chain import verify_chain
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicles import create_vehicle
from crm.config import Settings
from crm.db.database import Database
from crm.fields import parse_fields
from crm.numbers.checking import check_numbers
from tests.support.cast import Cast
from tests.support.leads import add_lead, furnish

BEFORE = "0 0 0 0 0 1 1 0 0 0 0 0 0 0"
MADE = "1 0 1 1 1 1 0 1 0 0 0 0 1 0"
DELIVERED = "1 1 1 1 1 2 0 0 1 1 1 1 1 1"


@pytest.mark.timeout(500)
def test_a_deal_that_is_killed_is_whole_or_nothing(db: Database, cast: Cast, settings: Settings) -> None:
    furnish(db, cast.owner)
    golf = parse_fields(VehicleFields, {"year": 2024, "make": "VW", "model": "Golf", "price": 15_000})
    car = db.write(create_vehicle, cast.owner, golf)
    lead = add_lead(db, cast.owner, title="Wants a car")
    given = [cast.owner.workspace_id, cast.owner.user_id, car.id, lead.id]
    folder = str(settings.sqlite_path.parent.parent)
    run = subprocess.run(
        [sys.executable, "-m", "tests.deals.dying_deals", folder, *map(str, given)],
        check=False,
        timeout=450,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    rounds = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("[")]
    for story, before, after in (("create", BEFORE, MADE), ("deliver", MADE, DELIVERED)):
        died = [(step, found) for each, step, found in rounds if each == story]
        assert died[-1] == ("", after), died
        assert {step.split()[0] for step, _ in died[:-1]} >= {"BEGIN", "INSERT", "UPDATE", "COMMIT"}
        assert {found for _, found in died[:-1]} <= {before, after}, died
        assert [found for step, found in died[:-1] if step != "COMMIT"].count(before) > 20
    assert db.read(verify_chain, cast.owner).broken_at is None
    assert db.read(check_numbers, cast.owner).faults == []
