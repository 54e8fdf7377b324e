"""/api/vehicles: fields, numbers, VINs, filters, trash and bulk."""

import pytest
from flask.testing import FlaskClient

from tests.support.api import fields_of, problem_of
from tests.support.frozen_clock import FrozenClock
from tests.support.vehicles import GOLF, GOOD_VIN, add_vehicle, stock_numbers, vehicle_of


def test_make_model_and_year_are_enough(owner: FlaskClient) -> None:
    vehicle = add_vehicle(owner)
    assert vehicle["name"] == "2024 Volkswagen Golf"
    assert (vehicle["status"], vehicle["days_in_stock"], vehicle["age_band"]) == ("available", 0, "0-30")
    assert vehicle["price"] is vehicle["vin"] is vehicle["cost"] is None
    for missing in GOLF:
        given = {name: value for name, value in GOLF.items() if name != missing}
        assert fields_of(owner.post("/api/vehicles", json=given)) == {missing}


def test_all_fields_come_back_as_they_were_given(owner: FlaskClient) -> None:
    given = {
        "stock_number": "A 17", "vin": GOOD_VIN, "trim": "Life", "body": "Estate", "fuel": "Petrol",
        "transmission": "Manual", "mileage": 12_345, "mileage_unit": "mi", "colour": "Blue",
        "condition": "Used", "first_registration": "1965-04-01", "cost": 9000.5, "price": 12_345.67,
        "currency": "GBP", "status": "withdrawn", "location": "Yard", "description": "Nice",
        "notes": "Scratch", "stocked_on": "2026-01-31", "tags": ["Van"],
        "reconditioning": [{"title": "Tyres", "amount": 400, "spent_on": "2026-02-01"}],
    }  # fmt: skip
    vehicle = add_vehicle(owner, **given)
    assert {name: vehicle[name] for name in given} == given
    assert vehicle["gross"] == 2945.17
    assert vehicle_of(owner, vehicle["id"]) == vehicle
    put = owner.put(f"/api/vehicles/{vehicle['id']}", json=GOLF).get_json()["data"]
    kept = ("stock_number", "currency", "status", "stocked_on", "reconditioning")
    assert {name: put[name] for name in kept} == {name: given[name] for name in kept}
    assert put["vin"] is put["price"] is put["notes"] is None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"year": 1700}, "year"),
        ({"year": "2024"}, "year"),
        ({"make": " "}, "make"),
        ({"mileage": -1}, "mileage"),
        ({"mileage_unit": "miles"}, "mileage_unit"),
        ({"price": 1.234, "currency": "EUR"}, "price"),
        ({"cost": -1}, "cost"),
        ({"currency": "XXY"}, "currency"),
        ({"status": "sold"}, "status"),
        ({"status": "pending"}, "status"),
        ({"status": "gone"}, "status"),
        ({"vin": "1ZZZZ12A0RT00000O"}, "vin"),
        ({"stocked_on": "31.1.2026"}, "stocked_on"),
        ({"first_registration": "1800-01-01"}, "first_registration"),
        ({"reconditioning": [{"title": "Tyres"}]}, "reconditioning.0.amount"),
        ({"reconditioning": [{"title": "Tyres", "amount": 1.001}]}, "reconditioning.0.amount"),
        ({"picture_ids": [1]}, "picture_ids"),
        ({"wheels": 4}, "wheels"),
        ({"custom": {"nothing": 1}}, "custom.nothing"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_stores_nothing(
    owner: FlaskClient, given: dict[str, object], field: str
) -> None:
    assert fields_of(owner.post("/api/vehicles", json={**GOLF, **given})) == {field}
    assert stock_numbers(owner) == []


def test_a_wrong_check_digit_is_taken_with_a_warning(owner: FlaskClient) -> None:
    assert add_vehicle(owner, vin=GOOD_VIN)["warnings"] == []
    warned = add_vehicle(owner, vin="1ZZZZ12A1RT000001")["warnings"]
    assert [each["field"] for each in warned] == ["vin"]
    assert add_vehicle(owner, vin="WZZZZZTESTZ000001")["warnings"] == []
    assert add_vehicle(owner, vin="abc1234567", year=1978)["vin"] == "ABC1234567"


def test_a_vin_is_of_one_live_vehicle_of_a_workspace(owner: FlaskClient, outsider: FlaskClient) -> None:
    first = add_vehicle(owner, vin=GOOD_VIN)
    again = {**GOLF, "vin": GOOD_VIN.lower()}
    assert problem_of(owner.post("/api/vehicles", json=again), 409)["vehicle_id"] == first["id"]
    assert add_vehicle(outsider, vin=GOOD_VIN)["vin"] == GOOD_VIN
    other = add_vehicle(owner)
    problem_of(owner.patch(f"/api/vehicles/{other['id']}", json={"vin": GOOD_VIN}), 409)
    assert owner.delete(f"/api/vehicles/{first['id']}").status_code == 204
    assert owner.patch(f"/api/vehicles/{other['id']}", json={"vin": GOOD_VIN}).status_code == 200
    problem_of(owner.post(f"/api/vehicles/{first['id']}/restore"), 409)


def test_stock_numbers_are_given_or_the_next_and_never_used_twice(
    owner: FlaskClient, outsider: FlaskClient, frozen_clock: FrozenClock
) -> None:
    first = add_vehicle(owner)["stock_number"]
    assert add_vehicle(outsider)["stock_number"] == first
    given = add_vehicle(owner, stock_number="Van 7")
    again = {**GOLF, "stock_number": "VAN 7"}
    assert problem_of(owner.post("/api/vehicles", json=again), 409)["errors"][0]["field"] == "stock_number"
    owner.delete(f"/api/vehicles/{given['id']}")
    problem_of(owner.post("/api/vehicles", json=again), 409)
    second = add_vehicle(owner)
    assert (first[-5:], second["stock_number"][-5:]) == ("00001", "00002")
    address = f"/api/vehicles/{second['id']}"
    problem_of(owner.patch(address, json={"stock_number": first}), 409)
    assert owner.patch(address, json={"stock_number": "X"}).status_code == 200
    newest = owner.get("/api/activities?entity=vehicle").get_json()["data"][0]["id"]
    assert owner.post(f"/api/activities/{newest}/undo").status_code == 200
    assert vehicle_of(owner, second["id"])["stock_number"] == second["stock_number"]


def test_it_is_withdrawn_and_offered_by_hand_and_nothing_else(owner: FlaskClient) -> None:
    vehicle = add_vehicle(owner)["id"]
    assert owner.post(f"/api/vehicles/{vehicle}/withdraw").get_json()["data"]["status"] == "withdrawn"
    assert owner.post(f"/api/vehicles/{vehicle}/offer").get_json()["data"]["status"] == "available"
    for status in ("pending", "sold"):
        assert fields_of(owner.patch(f"/api/vehicles/{vehicle}", json={"status": status})) == {"status"}
    problem_of(owner.post(f"/api/vehicles/{vehicle}/return", json={"reason": "Broken"}), 409)
    assert fields_of(owner.post(f"/api/vehicles/{vehicle}/return", json={})) == {"reason"}


def test_lists_are_filtered_and_sorted(owner: FlaskClient) -> None:
    add_vehicle(
        owner, stock_number="A", price=9000, fuel="Diesel", mileage=100, mileage_unit="mi", tags=["x"]
    )
    add_vehicle(owner, stock_number="B", make="Škoda", model="Fabia", year=2019, mileage=120, price=5000)
    add_vehicle(owner, stock_number="C", status="withdrawn", location="Yard", stocked_on="2020-01-01")
    assert stock_numbers(owner, "sort=stock_number") == ["A", "B", "C"]
    assert stock_numbers(owner, "sort=-price") == ["A", "B", "C"]
    assert stock_numbers(owner, "sort=-mileage") == ["A", "B", "C"]
    assert stock_numbers(owner, "sort=year&limit=1") == ["B"]
    for query, found in (
        ("make=skoda", ["B"]), ("fuel=DIESEL", ["A"]), ("status=withdrawn", ["C"]), ("tag=X", ["A"]),
        ("price_from=5001", ["A"]), ("price_to=8999.99", ["B"]), ("year_to=2019", ["B"]), ("q=fab", ["B"]),
        ("mileage_from=150", ["A"]), ("location=yard", ["C"]), ("age=over-90", ["C"]), ("vin=x", []),
        ("stock_number=c", ["C"]), ("status=in_stock&sort=stock_number", ["A", "B", "C"]),
        ('filter={"all":[{"field":"make","op":"is","value":"Skoda"}]}', ["B"]),
    ):  # fmt: skip
        assert stock_numbers(owner, query) == found, query
    assert owner.get("/api/vehicles/count?age=0-30").get_json()["data"]["total"] == 2


def test_bulk_changes_are_all_or_none_and_undone_as_one(owner: FlaskClient) -> None:
    vehicle = add_vehicle(owner)["id"]
    wrong = {"operations": [{"op": "create", "fields": GOLF}, {"op": "delete", "id": 99}]}
    assert fields_of(owner.post("/api/vehicles/bulk", json=wrong)) == {"operations.1.id"}
    assert len(stock_numbers(owner)) == 1
    change = {"op": "update", "id": vehicle, "fields": {"colour": "Red"}}
    done = owner.post("/api/vehicles/bulk", json={"operations": [{"op": "create", "fields": GOLF}, change]})
    assert done.status_code == 200
    operation = done.get_json()["data"][0]["operation_id"]
    assert owner.post(f"/api/operations/{operation}/undo").status_code == 200
    assert len(stock_numbers(owner)) == 1 and vehicle_of(owner, vehicle)["colour"] is None


def test_a_change_is_undone_and_a_stale_one_refused(owner: FlaskClient) -> None:
    vehicle = add_vehicle(owner, price=100, cost=80)
    changes = {"price": 90, "cost": 70, "reconditioning": [{"title": "Paint", "amount": 5}]}
    address = f"/api/vehicles/{vehicle['id']}"
    changed = owner.patch(address, json=changes, headers={"If-Match": '"1"'})
    assert changed.get_json()["data"]["gross"] == 15
    problem_of(owner.patch(address, json={"price": 1}, headers={"If-Match": '"1"'}), 412)
    newest = owner.get("/api/activities?entity=vehicle").get_json()["data"][0]
    assert newest["before"]["cost"] == 80
    assert owner.post(f"/api/activities/{newest['id']}/undo").status_code == 200
    assert vehicle_of(owner, vehicle["id"])["gross"] == 20
