"""Products on a deal bring title, price and tax; deliveries take from the stock, returns put back."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.catalogue.stocking import return_vehicle
from crm.db.database import Database
from tests.deals.test_deals import data, deal, post, vehicle
from tests.support.api import problem_of
from tests.support.cast import Cast


def product(owner: FlaskClient, **given: Any) -> int:
    return int(
        post(owner, "/api/products", 201, **{"name": "Tow bar", "price": 500, "cost": 300, **given})["id"]
    )


def tracked(owner: FlaskClient, stock: float, **given: Any) -> int:
    made = product(owner, tracked=True, **given)
    post(owner, f"/api/products/{made}/stock-movements", 201, quantity=stock)
    return made


def delivered(owner: FlaskClient, **given: Any) -> Any:
    made = deal(owner, client={"name": "Ada"}, **given)
    for step in ("submit", "approve", "deliver"):
        post(owner, f"/api/deals/{made['id']}/{step}")
    return data(owner, f"/api/deals/{made['id']}")


def test_a_line_takes_from_its_product_what_it_leaves_out(owner: FlaskClient) -> None:
    bar, stamp = product(owner), product(owner, name="Stamps", price=10, cost=10, tax_class="exempt")
    lines = [
        {"product_id": bar, "quantity": 2}, {"product_id": bar, "title": "Bar", "unit_price": "450.50"},
        {"product_id": stamp}, {"title": "Work", "unit_price": 100},
    ]  # fmt: skip
    made = deal(owner, lines=lines, scenario={"tax_rate": 10})
    assert [(each["title"], each["unit_price"], each["taxable"]) for each in made["lines"]] == [
        ("Tow bar", 500, True), ("Bar", 450.5, True), ("Stamps", 10, False), ("Work", 100, True),
    ]  # fmt: skip
    assert [each["product_id"] for each in made["lines"]] == [bar, bar, stamp, None]
    pricing = made["scenarios"][0]["figures"]["pricing"]
    assert (pricing["selling_price"], pricing["taxable"], pricing["tax"]) == (1560.5, 1550.5, 155.05)
    assert made["gross_front"] == 1560.5 - 3 * 300 - 10


def test_a_price_list_gives_the_price_in_the_currency_of_the_deal(owner: FlaskClient) -> None:
    bar = product(owner, currency="EUR", prices=[{"currency": "CHF", "price": 470}])
    assert deal(owner, currency="CHF", lines=[{"product_id": bar}])["lines"][0]["unit_price"] == 470
    refused = problem_of(
        owner.post("/api/deals", json={"currency": "JPY", "lines": [{"product_id": bar}]}), 422
    )
    assert [each["field"] for each in refused["errors"]] == ["lines.0.unit_price"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"product_id": 99}, "product_id"), ({"unit_price": 1}, "title"), ({"title": "x"}, "unit_price"),
        ({"product_id": 1, "quantity": "0.0001"}, "quantity"), ({"product_id": 1, "title": " "}, "title"),
    ],
)  # fmt: skip
def test_a_line_that_does_not_fit_is_named(owner: FlaskClient, line: dict[str, Any], field: str) -> None:
    product(owner)
    whole = {"title": "Work", "unit_price": 1}
    refused = problem_of(owner.post("/api/deals", json={"lines": [whole, line]}), 422)
    assert [each["field"] for each in refused["errors"]] == [f"lines.1.{field}"]


def test_a_product_of_another_workspace_or_one_no_longer_sold_is_refused(
    owner: FlaskClient, outsider: FlaskClient
) -> None:
    foreign, ended = product(outsider), product(owner, active=False)
    for each in (foreign + 50, ended):
        refused = problem_of(owner.post("/api/deals", json={"lines": [{"product_id": each}]}), 422)
        assert [each["field"] for each in refused["errors"]] == ["lines.0.product_id"]
    assert outsider.post("/api/deals", json={"lines": [{"product_id": ended}]}).status_code == 422


def test_a_delivery_takes_products_out_of_stock_and_a_return_puts_them_back(owner: FlaskClient) -> None:
    bar, car = tracked(owner, 5), vehicle(owner)
    made = delivered(owner, vehicle_id=car, lines=[{"product_id": bar, "quantity": "1.5"}])
    assert data(owner, f"/api/products/{bar}")["stock"] == 3.5
    path = f"/api/deals/{made['id']}/return"
    assert problem_of(owner.post(path, json={}), 422)["errors"][0]["field"] == "reason"
    back = post(owner, path, reason="Broke down")
    assert (back["state"], back["return_reason"]) == ("delivered", "Broke down") and back["returned_at"]
    assert data(owner, f"/api/products/{bar}")["stock"] == 5
    assert data(owner, f"/api/vehicles/{car}")["status"] == "available"
    assert owner.post(path, json={"reason": "again"}).status_code == 409
    moved = [each["quantity"] for each in data(owner, f"/api/products/{bar}/stock-movements")]
    assert sorted(moved) == [-1.5, 1.5, 5]
    assert deal(owner, vehicle_id=car)["state"] == "draft", "it is for sale again"


def test_the_return_of_an_earlier_deal_leaves_a_vehicle_sold_that_was_sold_again(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    """Earlier versions let a vehicle come back without its deal."""
    car = vehicle(owner)
    first = delivered(owner, vehicle_id=car)
    db.write(return_vehicle, cast.owner, car, "Broke down")
    second = delivered(owner, vehicle_id=car)
    post(owner, f"/api/deals/{first['id']}/return", reason="Told late")
    assert data(owner, f"/api/vehicles/{car}")["status"] == "sold"
    post(owner, f"/api/deals/{second['id']}/return", reason="Broke down again")
    assert data(owner, f"/api/vehicles/{car}")["status"] == "available"


def test_a_delivery_without_stock_is_refused_by_its_line_and_moves_nothing(owner: FlaskClient) -> None:
    mat, bar, car = tracked(owner, 1, name="Mat"), tracked(owner, 1), vehicle(owner)
    lines = [{"product_id": mat}, {"product_id": bar, "quantity": 2}]
    made = deal(owner, client={"name": "Ada"}, vehicle_id=car, lines=lines)
    for step in ("submit", "approve"):
        post(owner, f"/api/deals/{made['id']}/{step}")
    refused = problem_of(owner.post(f"/api/deals/{made['id']}/deliver"), 409)
    assert [each["field"] for each in refused["errors"]] == ["lines.1.quantity"]
    assert data(owner, f"/api/products/{mat}")["stock"] == 1
    assert data(owner, f"/api/vehicles/{car}")["status"] == "pending"


def test_lines_that_change_keep_a_product_that_ended_meanwhile(owner: FlaskClient) -> None:
    bar = product(owner)
    made = deal(owner, lines=[{"product_id": bar}])
    assert owner.patch(f"/api/products/{bar}", json={"active": False}).status_code == 200
    answer = owner.patch(f"/api/deals/{made['id']}", json={"lines": [{"product_id": bar, "quantity": 3}]})
    changed = answer.get_json()["data"]
    assert changed["total"] == 1500 and changed["lines"][0]["product_id"] == bar
    cleared = owner.patch(f"/api/deals/{made['id']}", json={"lines": []}).get_json()["data"]
    assert (cleared["lines"], cleared["total"]) == ([], 0)


def test_an_invoice_taxes_each_line_as_the_deal_does(owner: FlaskClient) -> None:
    lines = [
        {"title": "Mats", "unit_price": 100},
        {"title": "Stamps", "unit_price": 10, "taxable": False},
        {"title": "Handbook", "unit_price": 20, "tax_rate": 7},
    ]
    made = deal(owner, client={"name": "Ada"}, lines=lines, scenario={"tax_rate": 19})
    assert made["scenarios"][0]["figures"]["pricing"]["tax"] == 20.4
    invoice = post(owner, "/api/invoices", 201, deal_id=made["id"])
    taxes = {each["tax_rate"]: (each["net"], each["tax"]) for each in invoice["taxes"]}
    assert taxes == {19: (100, 19), 7: (20, 1.4), 0: (10, 0)}
