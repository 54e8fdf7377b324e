"""/api/products: fields, SKU, price lists, costs apart, and stock that is the sum of its movements."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.catalogue.product_fields import ProductFields, StockMovement
from crm.catalogue.products import create_product
from crm.catalogue.stock_movements import move_stock
from crm.db.database import Database
from crm.errors import CrmError
from tests.support.api import client_of, fields_of, problem_of, text_without_hashes
from tests.support.cast import Cast
from tests.support.products import add_product, move, product_of


def names(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"/api/products?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [row["name"] for row in answer.get_json()["data"]]


def test_all_fields_come_back_as_they_were_given(owner: FlaskClient) -> None:
    given = {
        "name": "Winter tyre", "kind": "service", "sku": "T 1", "unit": "piece", "price": 89.5,
        "currency": "EUR", "cost": 50, "tax_class": "reduced", "active": False, "category": "Tyres",
        "description": "Good", "prices": [{"currency": "CHF", "price": 95}], "tracked": True,
        "allow_negative": True, "tags": ["Winter"],
    }  # fmt: skip
    product = add_product(owner, **given)
    assert {name: product[name] for name in given} == given and product["stock"] == 0
    assert product_of(owner, product["id"]) == product
    put = owner.put(f"/api/products/{product['id']}", json={"name": "Tyre"}).get_json()["data"]
    assert (put["currency"], put["sku"], put["prices"], put["active"]) == ("EUR", None, [], True)
    newest = owner.get("/api/activities?entity=product").get_json()["data"][0]["id"]
    assert owner.post(f"/api/activities/{newest}/undo").status_code == 200
    again = product_of(owner, product["id"])
    assert {name: again[name] for name in given} == given


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "thing"}, "kind"),
        ({"price": -1}, "price"),
        ({"price": 1.001, "currency": "EUR"}, "price"),
        ({"tax_class": "half"}, "tax_class"),
        ({"stock": 5}, "stock"),
        ({"prices": [{"currency": "USD", "price": 1}]}, "prices.0.currency"),
        ({"prices": [{"currency": "JPY", "price": 1.5}]}, "prices.0.price"),
        ({"active": "yes"}, "active"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(
    owner: FlaskClient, given: dict[str, object], field: str
) -> None:
    assert fields_of(owner.post("/api/products", json={"name": "Tyre", **given})) == {field}
    assert names(owner) == []


def test_an_sku_is_of_one_live_product_of_a_workspace(owner: FlaskClient, outsider: FlaskClient) -> None:
    first = add_product(owner, sku="A-1")
    taken = problem_of(owner.post("/api/products", json={"name": "Other", "sku": "a-1"}), 409)
    assert taken["product_id"] == first["id"]
    assert add_product(outsider, sku="A-1")["sku"] == "A-1"
    problem_of(outsider.get(f"/api/products/{first['id']}"), 404)
    assert owner.delete(f"/api/products/{first['id']}").status_code == 204
    add_product(owner, sku="A-1")
    problem_of(owner.post(f"/api/products/{first['id']}/restore"), 409)


def test_lists_are_filtered_and_sorted(owner: FlaskClient) -> None:
    add_product(owner, name="Tyre", sku="T", price=80, category="Wheels", tags=["x"])
    add_product(owner, name="Advice", kind="service", price=100, active=False)
    for query, found in (
        ("sort=name", ["Advice", "Tyre"]), ("sort=-price", ["Advice", "Tyre"]), ("active=true", ["Tyre"]),
        ("kind=service", ["Advice"]), ("category=wheels", ["Tyre"]), ("sku=t", ["Tyre"]), ("tag=X", ["Tyre"]),
        ("price_to=99.99", ["Tyre"]), ("q=advi", ["Advice"]), ("q=whee", ["Tyre"]),
        ('filter={"all":[{"field":"tax_class","op":"is","value":"standard"}]}&sort=name', ["Advice", "Tyre"]),
    ):  # fmt: skip
        assert names(owner, query) == found, query


def test_stock_is_the_sum_of_its_movements_and_never_below_zero(owner: FlaskClient) -> None:
    product = add_product(owner, tracked=True)["id"]
    assert move(owner, product, 5, reason="Delivered").status_code == 201
    assert move(owner, product, -1.5).get_json()["data"]["stock"] == 3.5
    refused = problem_of(move(owner, product, -4), 409)
    assert refused["stock"] == 3.5
    for wrong in (0, "x", 1e12, 0.0001, None):
        assert fields_of(move(owner, product, wrong)) == {"quantity"}
    listed = owner.get(f"/api/products/{product}/stock-movements").get_json()["data"]
    assert [each["quantity"] for each in listed] == [-1.5, 5]
    assert product_of(owner, product)["stock"] == sum(each["quantity"] for each in listed) == 3.5
    owner.patch(f"/api/products/{product}", json={"allow_negative": True})
    assert move(owner, product, -4).get_json()["data"]["stock"] == -0.5
    uncounted = add_product(owner)["id"]
    problem_of(move(owner, uncounted, 1), 409)


def test_of_many_movements_at_once_none_is_lost(db: Database, cast: Cast) -> None:
    made = db.write(create_product, cast.owner, ProductFields(name="Tyre", tracked=True)).id
    db.write(move_stock, cast.owner, made, StockMovement(quantity=Decimal(10)))

    def take(_: int) -> bool:
        try:
            db.write(move_stock, cast.owner, made, StockMovement(quantity=Decimal(-1)))
        except CrmError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(16), timeout=60))
    assert taken.count(True) == 10


def test_a_member_neither_sees_nor_writes_what_it_cost(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    product = add_product(owner, cost=7654)["id"]
    owner.patch(f"/api/products/{product}", json={"cost": 7655})
    member = client_of(app, db, cast.colleague)
    for path in (f"/api/products/{product}", "/api/products", "/api/activities", f"/products/{product}"):
        assert "765" not in text_without_hashes(member.get(path)).replace("7,65", "765"), path
    assert fields_of(member.patch(f"/api/products/{product}", json={"cost": 1})) == {"cost"}
    assert member.put(f"/api/products/{product}", json={"name": "Tyre"}).status_code == 200
    assert product_of(owner, product)["cost"] == 7655


def test_pages_list_make_change_and_move_it(owner: FlaskClient) -> None:
    given = {"name": "Tyre", "kind": "product", "currency": "USD", "tax_class": "standard", "active": "1"}
    rows = {"prices-rows": "1", "prices-0-currency": "EUR", "prices-0-price": "8.5"}
    assert owner.get("/products/new").status_code == 200
    made = owner.post("/products/new", data={**given, **rows, "price": "9", "tracked": "1"})
    assert made.location == "/products/1", made.get_data(as_text=True)
    assert product_of(owner, 1)["prices"] == [{"currency": "EUR", "price": 8.5}]
    assert owner.post("/products/1/stock", data={"quantity": "4"}).status_code == 303
    owner.post("/products/1/stock", data={"quantity": "-5"})
    assert product_of(owner, 1)["stock"] == 4
    for path in (
        "/products",
        "/products/1",
        "/products/1/edit",
        "/products?q=tyre&active=true",
        "/search?q=tyre",
    ):
        answer = owner.get(path)
        assert answer.status_code == 200 and "Tyre" in answer.get_data(as_text=True), path
    owner.post("/products/1/delete", data={"version": "1"})
    assert "Tyre" in owner.get("/products/trash").get_data(as_text=True)
