"""Lines of quotes that name a product: what comes from it, and what is refused by the line's name."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, fields_of
from tests.support.cast import Cast

TYRE = {"name": "Tyre", "unit": "piece", "price": "89.50", "currency": "EUR", "tax_class": "reduced"}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    client = client_of(app, db, cast.owner)
    assert client.patch("/api/company", json={"country": "DE"}).status_code == 200
    return client


def product_of(owner: FlaskClient, **given: Any) -> int:
    answer = owner.post("/api/products", json={**TYRE, "prices": [{"currency": "CHF", "price": 95}], **given})
    return int(answer.get_json()["data"]["id"])


def quote_of(owner: FlaskClient, *lines: dict[str, Any], **given: Any) -> Any:
    return owner.post("/api/quotes", json={"currency": "EUR", "lines": lines, **given})


def first_line(answer: Any) -> dict[str, Any]:
    assert answer.status_code in {200, 201}, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"]["lines"][0])


def test_a_line_takes_from_its_product_what_it_does_not_say(owner: FlaskClient) -> None:
    tyre = product_of(owner)
    line = first_line(quote_of(owner, {"product_id": tyre, "quantity": 4}))
    assert (line["product_id"], line["title"], line["unit"]) == (tyre, "Tyre", "piece")
    assert (line["unit_price"], line["tax_rate"], line["net"]) == (89.5, 7, 358)
    given = {"title": "Winter tyre", "unit": "set", "unit_price": 300, "tax_rate": 0}
    line = first_line(quote_of(owner, {"product_id": tyre, **given}))
    assert {name: line[name] for name in given} == given


def test_the_price_is_of_the_currency_and_with_tax_where_prices_include_it(owner: FlaskClient) -> None:
    tyre = product_of(owner)
    assert first_line(quote_of(owner, {"product_id": tyre}, currency="CHF"))["unit_price"] == 95
    assert first_line(quote_of(owner, {"product_id": tyre}, prices_include_tax=True))["unit_price"] == 95.77
    assert fields_of(
        quote_of(owner, {"title": "x", "unit_price": 1}, {"product_id": tyre}, currency="USD")
    ) == {"lines.1.unit_price"}


def test_the_company_says_the_rates(owner: FlaskClient) -> None:
    service = product_of(owner, tax_class="standard")
    assert first_line(quote_of(owner, {"product_id": service}))["tax_rate"] == 19
    owner.patch("/api/company", json={"standard_rate": "8.1"})
    assert first_line(quote_of(owner, {"product_id": service}))["tax_rate"] == 8.1
    owner.patch("/api/company", json={"small_business": True})
    assert first_line(quote_of(owner, {"product_id": service}))["tax_rate"] == 0
    assert fields_of(owner.patch("/api/company", json={"standard_rate": 101})) == {"standard_rate"}


def test_a_wrong_product_is_refused_by_the_name_of_its_line(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    foreign = product_of(client_of(app, db, cast.outsider))
    gone = product_of(owner, name="Gone")
    owner.delete(f"/api/products/{gone}")
    fine = {"title": "x", "unit_price": 1}
    for wrong in (foreign, gone, 99_999):
        assert fields_of(quote_of(owner, fine, {"product_id": wrong, **fine})) == {"lines.1.product_id"}
    assert fields_of(quote_of(owner, {"product_id": "1"})) == {"lines.0.product_id"}
    assert owner.get("/api/quotes").get_json()["data"] == []


def test_a_quote_keeps_a_product_that_is_deleted_later(owner: FlaskClient) -> None:
    tyre = product_of(owner)
    quote = quote_of(owner, {"product_id": tyre, "quantity": 4}).get_json()["data"]
    owner.delete(f"/api/products/{tyre}")
    names = ("product_id", "title", "unit", "unit_price", "tax_rate")
    kept = [{name: line[name] for name in names} for line in quote["lines"]]
    line = first_line(owner.patch(f"/api/quotes/{quote['id']}", json={"lines": [{**kept[0], "quantity": 2}]}))
    assert (line["product_id"], line["quantity"]) == (tyre, 2)
    assert owner.post(f"/api/quotes/{quote['id']}/copy").status_code == 201
