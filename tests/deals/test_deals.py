"""A deal is made and moved whole or not at all, keeps its number, and shows costs to admins alone."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.numbers.checking import check_numbers
from tests.support.api import problem_of
from tests.support.cast import Cast

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


def test_a_deal_is_made_with_number_client_scenario_and_vehicle(owner: FlaskClient) -> None:
    car = vehicle(owner)
    lead = post(owner, "/api/leads", 201, title="Wants a car")["id"]
    made = deal(
        owner,
        client={"name": "Ada", "email": "ada@example.org"},
        vehicle_id=car,
        lead_id=lead,
        scenario=SCENARIO,
    )
    assert made["deal_number"].startswith("D-") and made["state"] == "draft" and made["client_name"] == "Ada"
    (scenario,) = made["scenarios"]
    figures = scenario["figures"]
    assert scenario["active"] and figures["amount_financed"] == 13_000
    assert figures["amount_financed"] + figures["finance_charge"] == pytest.approx(
        figures["total_of_payments"]
    )
    assert made["gross_front"] == 3_000 and data(owner, f"/api/vehicles/{car}")["status"] == "pending"
    again = deal(owner, client={"name": "Ada again", "email": "ada@example.org"})
    assert again["client_id"] == made["client_id"], "one who has the e-mail address is that client"
    assert deal(owner)["client_id"] is None, "a deal has its number without a client"


def test_a_change_of_a_deal_is_undone_with_its_vehicle_and_trade_ins(owner: FlaskClient) -> None:
    first, second = vehicle(owner), vehicle(owner, model="Fabia")
    trade_in = {"year": 2015, "make": "VW", "model": "Polo", "allowance": 2_000}
    made = deal(owner, vehicle_id=first, trade_ins=[trade_in], notes="as agreed")
    given = {
        "vehicle_id": second,
        "trade_ins": [],
        "notes": "changed",
        "lines": [{"title": "Mats", "unit_price": 5}],
    }
    assert owner.patch(f"/api/deals/{made['id']}", json=given).status_code == 200
    (entry,) = data(owner, "/api/activities?action=deal.changed")
    post(owner, f"/api/activities/{entry['id']}/undo")
    now = data(owner, f"/api/deals/{made['id']}")
    assert {name: now[name] for name in given} == {name: made[name] for name in given}
    assert now["total"] == made["total"]
    stock = [data(owner, f"/api/vehicles/{each}")["status"] for each in (first, second)]
    assert stock == ["pending", "available"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"vehicle_id": 99}, "vehicle_id"), ({"client_id": 99}, "client_id"), ({"lead_id": 99}, "lead_id"),
        ({"client": {"name": ""}}, "client.name"),
        ({"scenario": {"price": 1, "discount": 2}}, "scenario.discount"),
        ({"lines": [{"title": "x", "unit_price": "0.001"}]}, "lines.0.unit_price"),
        ({"salesperson_id": 99}, "salesperson_id"), ({"unknown": 1}, "unknown"),
        ({"client_id": 1, "client": {"name": "x"}}, "client"),
        ({"trade_ins": [{"make": "x"}]}, "trade_ins.0.year"),
    ],
)  # fmt: skip
def test_a_deal_that_is_refused_leaves_nothing_and_uses_no_number(
    owner: FlaskClient, given: dict[str, Any], field: str
) -> None:
    before = count(owner)
    client = {} if "client_id" in given else {"client": {"name": "New"}}
    refused = problem_of(owner.post("/api/deals", json={**client, **given}), 422)
    assert field in [each["field"] for each in refused["errors"]]
    assert count(owner) == before
    assert deal(owner)["deal_number"].endswith("00001")


def test_a_vehicle_is_on_one_open_deal_at_a_time_and_comes_back_when_that_is_cancelled(
    owner: FlaskClient,
) -> None:
    car = vehicle(owner)
    first = deal(owner, vehicle_id=car)
    before = count(owner)
    assert owner.post("/api/deals", json={"vehicle_id": car, "client": {"name": "B"}}).status_code == 409
    assert count(owner) == before
    assert owner.post(f"/api/deals/{first['id']}/cancel", json={}).status_code == 422
    cancelled = post(owner, f"/api/deals/{first['id']}/cancel", reason="Bought elsewhere")
    assert (cancelled["state"], cancelled["cancel_reason"]) == ("cancelled", "Bought elsewhere")
    assert cancelled["deal_number"] == first["deal_number"]
    assert data(owner, f"/api/vehicles/{car}")["status"] == "available"
    assert deal(owner, vehicle_id=car)["deal_number"] > first["deal_number"]


def test_a_delivery_sells_the_vehicle_wins_the_lead_and_takes_in_what_was_traded(owner: FlaskClient) -> None:
    car, lead = vehicle(owner), post(owner, "/api/leads", 201, title="Car")["id"]
    old = {"year": 2012, "make": "Opel", "model": "Corsa", "allowance": 3_000, "payoff": 500}
    made = deal(owner, client={"name": "Ada"}, vehicle_id=car, lead_id=lead, trade_ins=[old])
    assert made["scenarios"][0]["figures"]["pricing"]["due"] == 12_500
    path = f"/api/deals/{made['id']}"
    assert owner.post(f"{path}/deliver").status_code == owner.post(f"{path}/approve").status_code == 409
    for step, state in (
        ("submit", "pending"), ("reopen", "draft"), ("submit", "pending"), ("approve", "approved"),
        ("deliver", "delivered"),
    ):  # fmt: skip
        assert post(owner, f"{path}/{step}")["state"] == state
    assert data(owner, f"/api/vehicles/{car}")["status"] == "sold"
    assert data(owner, f"/api/leads/{lead}")["status"] == "won"
    (taken,) = data(owner, path)["trade_ins"]
    stock = data(owner, f"/api/vehicles/{taken['vehicle_id']}")
    assert (stock["status"], stock["cost"], stock["make"]) == ("withdrawn", 3_000, "Opel") and stock[
        "stock_number"
    ]
    for refused in (
        owner.patch(path, json={"notes": "x"}), owner.post(f"{path}/cancel", json={"reason": "x"}),
        owner.post(f"{path}/scenarios", json={}),
        owner.post(f"{path}/client", json={"client_id": made["client_id"] + 1}),
    ):  # fmt: skip
        assert refused.status_code in {404, 409}
    assert post(owner, f"{path}/amendments", text="Mats are free")["state"] == "delivered"


def test_a_delivery_that_fails_at_the_last_step_leaves_all_as_it_was(owner: FlaskClient) -> None:
    car = vehicle(owner)
    old = {"year": 2012, "make": "Opel", "model": "Corsa", "vin": "1HGCM82633A004352", "allowance": 1}
    made = deal(owner, client={"name": "Ada"}, vehicle_id=car, trade_ins=[old])
    vehicle(owner, vin="1HGCM82633A004352")
    for step in ("submit", "approve"):
        post(owner, f"/api/deals/{made['id']}/{step}")
    stock = len(data(owner, "/api/vehicles"))
    assert owner.post(f"/api/deals/{made['id']}/deliver").status_code in {409, 422}
    assert data(owner, f"/api/deals/{made['id']}")["state"] == "approved"
    assert (
        data(owner, f"/api/vehicles/{car}")["status"] == "pending"
        and len(data(owner, "/api/vehicles")) == stock
    )


def test_a_client_is_attached_once_and_replaced_with_a_reason_alone(
    owner: FlaskClient, outsider: FlaskClient
) -> None:
    made = deal(owner)
    path = f"/api/deals/{made['id']}/client"
    first, second = (post(owner, "/api/clients", 201, name=name)["id"] for name in ("Ada", "Eva"))
    foreign = post(outsider, "/api/clients", 201, name="Far")["id"]
    assert owner.post(path, json={"client_id": 999}).status_code == 404
    assert foreign and outsider.post(path, json={"client_id": foreign}).status_code == 404
    assert post(owner, path, client_id=first)["client_id"] == first
    assert owner.post(path, json={"client_id": second}).status_code == 409
    assert owner.post(path, json={"client_id": second, "replace": True}).status_code == 422
    assert post(owner, path, client_id=second, replace=True, reason="Typed wrong")["client_name"] == "Eva"
    told = data(owner, f"/api/deals/{made['id']}/activities")[0]
    assert told["action"] == "deal.linked" and told["after"]["reason"] == "Typed wrong"


def test_nobody_of_another_workspace_sees_or_moves_a_deal(owner: FlaskClient, outsider: FlaskClient) -> None:
    made = deal(owner, vehicle_id=vehicle(owner), scenario=SCENARIO)
    path, scenario = f"/api/deals/{made['id']}", made["scenarios"][0]["id"]
    for address in (path, f"{path}/scenarios", f"{path}/activities", f"{path}/scenarios/{scenario}/schedule"):
        assert outsider.get(address).status_code == 404
    for step in (
        "submit",
        "cancel",
        "approve",
        f"scenarios/{scenario}/activate",
        "scenarios/calculate",
        "client",
    ):
        given = {"reason": "x"} if step == "cancel" else {"client_id": 1} if step == "client" else {}
        assert outsider.post(f"{path}/{step}", json=given).status_code == 404, step
    assert data(outsider, "/api/deals") == [] and deal(outsider)["deal_number"] == made["deal_number"]


def test_lists_filter_sort_and_search_deals_and_only_cancelled_ones_are_deleted(owner: FlaskClient) -> None:
    first = deal(owner, client={"name": "Zoe"}, scenario={"price": 100})
    second = deal(owner, client={"name": "Ada"}, scenario={"price": 200})
    post(owner, f"/api/deals/{first['id']}/cancel", reason="x")
    ids = {first["id"]: "first", second["id"]: "second"}
    for query, wanted in (
        ("state=open", ["second"]), ("state=cancelled", ["first"]), ("sort=client", ["second", "first"]),
        ("sort=-total", ["second", "first"]), ("q=zoe", ["first"]), ("total_from=150", ["second"]),
        (f"deal_number={first['deal_number'].lower()}", ["first"]),
        (f"client_id={first['client_id']}", ["first"]),
    ):  # fmt: skip
        assert [ids[row["id"]] for row in data(owner, f"/api/deals?{query}")] == wanted, query
    assert owner.delete(f"/api/deals/{second['id']}").status_code == 409
    assert owner.delete(f"/api/deals/{first['id']}").status_code == 204
    assert owner.get(f"/api/deals/{first['id']}").status_code == 404
    assert post(owner, f"/api/deals/{first['id']}/restore")["state"] == "cancelled"


def test_rules_of_tax_are_what_scenarios_leave_out(owner: FlaskClient, seller: FlaskClient) -> None:
    rules = {"tax_base": "price_less_trade", "tax_rate": 10, "rate_method": "us"}
    assert seller.put("/api/deals/rules", json=rules).status_code == 403
    assert owner.put("/api/deals/rules", json=rules).get_json()["data"]["version"] == 2
    made = deal(
        owner, scenario={"price": 1_000, "trade_allowance": 400, "kind": "finance", "term": 12, "apr": 6}
    )
    figures = made["scenarios"][0]["figures"]
    assert (figures["pricing"]["tax"], figures["rate_method"]) == (60, "us")


def test_numbers_of_deals_are_accounted_for(owner: FlaskClient, db: Database, cast: Cast) -> None:
    made = deal(owner)
    post(owner, f"/api/deals/{made['id']}/cancel", reason="x")
    assert owner.post("/api/deals", json={"vehicle_id": 5}).status_code == 422
    deal(owner)
    report = db.read(check_numbers, cast.owner)
    assert report.findings == [] and report.issued >= 2
    issued = data(owner, "/api/numbers/deal/issued")
    assert [(row["subject"], row["subject_id"]) for row in issued][-1] == ("deal", made["id"])
