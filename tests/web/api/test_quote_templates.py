"""Templates of quotes: saved from a quote, and what new quotes begin with."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import fields_of, made, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.page_forms import forms_of
from tests.support.products import add_product

LINE = {"title": "Tiles", "quantity": 2.5, "unit": "m²", "unit_price": 29.9, "tax_rate": 19, "discount": 5}
TERMS = {
    "header": "Dear all",
    "footer": "Thanks",
    "discount": 10,
    "prices_include_tax": True,
    "language": "de",
}


def data(client: FlaskClient, path: str) -> Any:
    return client.get(path).get_json()["data"]


@pytest.fixture
def seller(owner: FlaskClient, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return owner


def test_a_quote_begins_as_the_quote_of_its_template_and_for_another_client(seller: FlaskClient) -> None:
    ada, bob = (made(seller, "/api/clients", name=name)["id"] for name in ("Ada", "Bob"))
    old = made(
        seller, "/api/quotes", title="Roof", client_id=ada, lines=[LINE], valid_until="2099-01-01", **TERMS
    )
    template = made(seller, "/api/quote-templates", name="Roofs", quote_id=old["id"])
    seller.delete(f"/api/quotes/{old['id']}")
    new = made(seller, "/api/quotes", template_id=template["id"], client_id=bob)
    same = ("title", "language", "lines", "taxes", "total", *TERMS)
    assert [new[name] for name in same] == [old[name] for name in same]
    assert (new["client_name"], new["valid_until"], new["state"]) == ("Bob", None, "draft")
    own = made(seller, "/api/quotes", template_id=template["id"], title="Own", footer=None)
    assert (own["title"], own["footer"], own["header"]) == ("Own", None, "Dear all")


def test_a_template_outlives_its_products(seller: FlaskClient) -> None:
    nail = add_product(seller, name="Nail", price=3)["id"]
    template = made(seller, "/api/quote-templates", name="Nails", lines=[{"product_id": nail}])
    seller.delete(f"/api/products/{nail}")
    (line,) = made(seller, "/api/quotes", template_id=template["id"])["lines"]
    assert (line["title"], line["unit_price"], line["product_id"]) == ("Nail", 3, None)


def test_what_does_not_fit_is_refused(seller: FlaskClient, outsider: FlaskClient) -> None:
    quote = made(seller, "/api/quotes", title="Roof", lines=[LINE])["id"]
    template = made(seller, "/api/quote-templates", name="Roofs", quote_id=quote)["id"]
    problem_of(seller.post("/api/quote-templates", json={"name": " ROOFS "}), 409)
    path = "/api/quote-templates"
    assert fields_of(seller.post(path, json={"name": "x", "quote_id": 999})) == {"quote_id"}
    assert fields_of(seller.post(path, json={"name": "x", "lines": [{"title": "y"}]})) == {
        "lines.0.unit_price"
    }
    assert fields_of(seller.post("/api/quotes", json={"template_id": 999})) == {"template_id"}
    assert fields_of(outsider.post("/api/quotes", json={"template_id": template})) == {"template_id"}
    assert fields_of(outsider.post(path, json={"name": "x", "quote_id": quote})) == {"quote_id"}
    assert data(outsider, path) == []


def test_templates_are_saved_used_removed_and_restored_on_pages(seller: FlaskClient) -> None:
    ada = made(seller, "/api/clients", name="Ada")["id"]
    quote = made(seller, "/api/quotes", title="Roof", lines=[LINE])["id"]
    page = seller.get(f"/quotes/{quote}").get_data(as_text=True)
    (form,) = [each for each in forms_of(page) if each.action == f"/quotes/{quote}/template"]
    assert form.values["name"] == "Roof" and seller.post(form.action, data=form.values).status_code == 303
    (template,) = data(seller, "/api/quote-templates")
    page = seller.get(f"/quotes/new?client_id={ada}").get_data(as_text=True)
    begin = f"/quotes/from/template/{template['id']}"
    (form,) = [each for each in forms_of(page) if each.action == begin]
    answer = seller.post(begin, data=form.values)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/edit")
    newest = data(seller, "/api/quotes")[0]
    assert (newest["client_name"], newest["title"]) == ("Ada", "Roof")
    shown = "/quotes/templates"
    for step in ("remove", "restore"):
        page = seller.get(shown).get_data(as_text=True)
        (form,) = [each for each in forms_of(page) if each.action.endswith(f"/{step}")]
        assert seller.post(form.action, data=form.values).status_code == 303
        assert len(data(seller, "/api/quote-templates")) == (step == "restore")
