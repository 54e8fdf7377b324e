"""A vehicle that was sold comes back: with its deal, as a trade-in, or bought anew."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.deals.test_deals import data, deal, post, vehicle
from tests.support.api import fields_of, problem_of

VIN = "1HGCM82633A004352"
OLD = {"year": 2020, "make": "Škoda", "model": "Octavia", "vin": VIN, "allowance": 9_000}


def deliver(owner: FlaskClient, **given: Any) -> Any:
    made = deal(owner, client={"name": "Ada"}, **given)
    for step in ("submit", "approve", "deliver"):
        post(owner, f"/api/deals/{made['id']}/{step}")
    return data(owner, f"/api/deals/{made['id']}")


def test_a_sold_vehicle_comes_back_as_a_trade_in_under_its_own_vin(owner: FlaskClient) -> None:
    sold = vehicle(owner, vin=VIN)
    deliver(owner, vehicle_id=sold)
    (taken,) = deliver(owner, vehicle_id=vehicle(owner), trade_ins=[OLD])["trade_ins"]
    back = data(owner, f"/api/vehicles/{taken['vehicle_id']}")
    assert (back["vin"], back["status"]) == (VIN, "withdrawn") and back["id"] != sold
    both = {each["status"] for each in data(owner, f"/api/vehicles?vin={VIN}")}
    assert both == {"sold", "withdrawn"}
    car = {name: OLD[name] for name in ("year", "make", "model", "vin")}
    for answer in (
        owner.post("/api/vehicles", json=car),
        owner.post(f"/api/vehicles/{sold}/return", json={"reason": "Broken"}),
    ):
        problem_of(answer, 409)
    assert data(owner, f"/api/vehicles/{sold}")["status"] == "sold"


def test_a_sold_vehicle_is_restored_from_the_trash_beside_its_successor(owner: FlaskClient) -> None:
    sold = vehicle(owner, vin=VIN)
    deliver(owner, vehicle_id=sold)
    assert owner.delete(f"/api/vehicles/{sold}").status_code == 204
    vehicle(owner, vin=VIN)
    assert post(owner, f"/api/vehicles/{sold}/restore")["status"] == "sold"


def test_the_return_of_a_vehicle_returns_the_deal_that_sold_it(owner: FlaskClient) -> None:
    car = vehicle(owner)
    sold = deliver(owner, vehicle_id=car)
    assert post(owner, f"/api/vehicles/{car}/return", reason="Broken engine")["status"] == "available"
    came = data(owner, f"/api/deals/{sold['id']}")
    assert came["returned_at"] and came["return_reason"] == "Broken engine"
    problem_of(owner.post(f"/api/deals/{sold['id']}/return", json={"reason": "Again"}), 409)
    assert deliver(owner, vehicle_id=car)["returned_at"] is None


def test_who_may_not_return_the_deal_does_not_return_its_vehicle(
    owner: FlaskClient, seller: FlaskClient
) -> None:
    car = vehicle(owner)
    deliver(owner, vehicle_id=car)
    problem_of(seller.post(f"/api/vehicles/{car}/return", json={"reason": "Broken"}), 403)
    assert data(owner, f"/api/vehicles/{car}")["status"] == "sold"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"trade_ins": [OLD]}, "trade_ins.0.vin"),
        ({"trade_ins": [{**OLD, "vin": "SHORT"}]}, "trade_ins.0.vin"),
        ({"trade_ins": [{**OLD, "vin": "2" + VIN[1:]}] * 2}, "trade_ins.1.vin"),
    ],
)
def test_what_a_delivery_would_refuse_of_a_trade_in_is_refused_when_it_is_typed(
    owner: FlaskClient, given: dict[str, Any], field: str
) -> None:
    vehicle(owner, vin=VIN)
    empty = deal(owner)["id"]
    for answer in (owner.post("/api/deals", json=given), owner.patch(f"/api/deals/{empty}", json=given)):
        assert answer.status_code in {409, 422}
        assert [each["field"] for each in answer.get_json()["errors"]] == [field]


def test_a_deal_has_a_vehicle_of_its_own_currency_and_a_lead_of_its_own_client(owner: FlaskClient) -> None:
    dollars = vehicle(owner, currency="USD")
    empty = deal(owner, client={"name": "Ada"}, currency="EUR")["id"]
    both = {"vehicle_id": dollars, "currency": "EUR"}
    assert fields_of(owner.post("/api/deals", json=both)) == {"vehicle_id"}
    assert fields_of(owner.patch(f"/api/deals/{empty}", json={"vehicle_id": dollars})) == {"vehicle_id"}
    other = post(owner, "/api/clients", 201, name="Ben")["id"]
    lead = post(owner, "/api/leads", 201, title="Car", client_id=other)["id"]
    made = {"client": {"name": "Ada"}, "lead_id": lead}
    assert fields_of(owner.post("/api/deals", json=made)) == {"lead_id"}
    assert fields_of(owner.patch(f"/api/deals/{empty}", json={"lead_id": lead})) == {"lead_id"}
    held = deal(owner, vehicle_id=dollars)
    assert held["currency"] == "USD"
    assert fields_of(owner.patch(f"/api/vehicles/{dollars}", json={"currency": "EUR"})) == {"currency"}
