"""Scenarios of a deal: one is active, all follow the deal, and costs are for owners and admins alone."""

import re
from typing import Any

from flask.testing import FlaskClient

SCENARIO = {"name": "Finance", "kind": "finance", "term": 36, "apr": 5, "down_payment": 2000}


def post(by: FlaskClient, path: str, status: int = 200, **given: Any) -> Any:
    answer = by.post(path, json=given)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json().get("data")


def data(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def vehicle(client: FlaskClient, **given: Any) -> int:
    car = {"year": 2020, "make": "Škoda", "model": "Octavia", "price": 15_000, "cost": 12_000}
    return int(post(client, "/api/vehicles", 201, **{**car, **given})["id"])


def deal(by: FlaskClient, **given: Any) -> Any:
    return post(by, "/api/deals", 201, **given)


def count(owner: FlaskClient) -> tuple[int, int, int, int]:
    names = ("deals", "clients", "numbers/deal/issued", "activities")
    found = [len(data(owner, f"/api/{name}?limit=100")) for name in names]
    return found[0], found[1], found[2], found[3]


def test_one_scenario_of_many_is_active_and_all_follow_the_deal(owner: FlaskClient) -> None:
    made = deal(owner, vehicle_id=vehicle(owner), scenario=SCENARIO)
    path = f"/api/deals/{made['id']}/scenarios"
    lease = post(owner, path, 201, name="Lease", kind="lease", term=36, apr=3, residual=7_000)
    assert not lease["active"] and owner.delete(f"{path}/{made['scenarios'][0]['id']}").status_code == 409
    assert post(owner, f"{path}/{lease['id']}/activate")["active"]
    assert [each["active"] for each in data(owner, path)] == [False, True]
    calculated = post(owner, f"{path}/calculate?scenario_id={lease['id']}", down_payment=1_000)
    assert calculated["payment"] < lease["figures"]["payment"]
    changed = owner.patch(f"{path}/{lease['id']}", json={"down_payment": 1_000}, headers={"If-Match": '"2"'})
    assert changed.get_json()["data"]["figures"] == calculated
    stale = owner.patch(f"{path}/{lease['id']}", json={"down_payment": 2_000}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    patched = owner.patch(f"/api/deals/{made['id']}", json={"lines": [{"title": "Tyres", "unit_price": 500}]})
    assert patched.get_json()["data"]["total"] == 15_500
    plan = data(owner, f"{path}/{made['scenarios'][0]['id']}/schedule")
    assert len(plan) == 36 and plan[-1]["balance"] == 0


def test_costs_and_gross_are_for_owners_and_admins_alone(owner: FlaskClient, seller: FlaskClient) -> None:
    made = deal(owner, vehicle_id=vehicle(owner), scenario={"reserve": 300, "cost": 11_111})
    path = f"/api/deals/{made['id']}"
    assert (made["gross_front"], made["gross_back"]) == (3_889, 300)
    for address in (
        path,
        "/api/deals",
        f"{path}/scenarios",
        f"{path}/activities",
        "/api/activities",
        f"/deals/{made['id']}",
    ):
        said = seller.get(address).get_data(as_text=True)
        assert not re.search(r"gross_front\":\s?\d|[^0-9a-f]11,?111[^0-9a-f]|3,889", said), address
    scenario = f"{path}/scenarios/{made['scenarios'][0]['id']}"
    assert seller.patch(scenario, json={"cost": 1}).status_code == 422
    assert seller.patch(scenario, json={"discount": 100}).status_code == 200
    assert data(owner, path)["gross_front"] == 3_789
    hidden = seller.get('/api/deals?filter={"all":[{"field":"gross_front","op":"greater","value":1}]}')
    assert hidden.status_code == 422


def test_an_approved_deal_has_its_client_replaced_by_owners_and_admins_alone(
    owner: FlaskClient, seller: FlaskClient
) -> None:
    theirs = deal(seller, client={"name": "Ada"})
    other = post(seller, "/api/clients", 201, name="Eva")["id"]
    wanted = {"client_id": other, "replace": True, "reason": "Typed wrong"}
    post(seller, f"/api/deals/{theirs['id']}/submit")
    post(owner, f"/api/deals/{theirs['id']}/approve")
    assert seller.post(f"/api/deals/{theirs['id']}/client", json=wanted).status_code == 409
    assert data(owner, f"/api/deals/{theirs['id']}")["client_name"] == "Ada"
    assert post(owner, f"/api/deals/{theirs['id']}/client", **wanted)["client_name"] == "Eva"


def test_states_are_moved_by_the_salesperson_and_approved_by_admins(
    owner: FlaskClient, seller: FlaskClient
) -> None:
    theirs = deal(seller, client={"name": "Ada"})
    assert post(seller, f"/api/deals/{theirs['id']}/submit")["state"] == "pending"
    assert seller.post(f"/api/deals/{theirs['id']}/approve").status_code == 403
    post(owner, f"/api/deals/{theirs['id']}/approve")
    assert seller.patch(f"/api/deals/{theirs['id']}", json={"notes": "x"}).status_code == 409
    assert post(seller, f"/api/deals/{theirs['id']}/deliver")["state"] == "delivered"
    others = deal(owner, client={"name": "Eva"})
    assert seller.post(f"/api/deals/{others['id']}/submit").status_code == 403
