"""A deal, a quote and an invoice of as many lines as there may be are edited on its page,
without scripts too.
"""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.deals import deal_fields
from crm.documents import line_fields
from tests.support.page_forms import forms_of

MOST = {"deals": deal_fields.MOST_LINES, "quotes": line_fields.MOST_LINES, "invoices": line_fields.MOST_LINES}


def longest(owner: FlaskClient, kind: str) -> Any:
    product = {"name": "Tiles", "price": 3, "currency": "EUR"}
    line: dict[str, Any] = {"title": "Tiles of the roof", "quantity": 2, "unit_price": 3}
    if kind != "invoices":
        line["product_id"] = owner.post("/api/products", json=product).get_json()["data"]["id"]
    address = {"city": "Berlin", "country": "DE"}
    client = owner.post("/api/clients", json={"name": "Ada", "addresses": [address]}).get_json()["data"]
    given = {"client_id": client["id"], "currency": "EUR", "lines": [line] * MOST[kind]}
    answer = owner.post(f"/api/{kind}", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def form_at(owner: FlaskClient, path: str) -> dict[str, str]:
    page = owner.get(path).get_data(as_text=True)
    return next(each.values.to_dict() for each in forms_of(page) if each.action == path)


@pytest.mark.parametrize("kind", MOST)
def test_the_longest_form_is_saved_and_one_more_line_is_refused_by_its_name(
    owner: FlaskClient, kind: str
) -> None:
    longest(owner, kind)
    path, last = f"/{kind}/1/edit", MOST[kind] - 1
    form = form_at(owner, path)
    assert len(form) > 1_000
    saved = owner.post(path, data=form | {f"lines-{last}-title": "The last"})
    assert saved.status_code == 303, saved.get_data(as_text=True)
    lines = owner.get(f"/api/{kind}/1").get_json()["data"]["lines"]
    assert [each["title"] for each in lines[-2:]] == ["Tiles of the roof", "The last"]
    more = owner.post(path, data=form_at(owner, path) | {"more": "lines"})
    assert more.status_code == 200 and f"lines-{last + 1}-title" in more.get_data(as_text=True)
    row = {f"lines-{last + 1}-title": "One too many", f"lines-{last + 1}-unit_price": "1"}
    refused = owner.post(path, data=form_at(owner, path) | {"lines-rows": str(last + 2)} | row)
    assert refused.status_code == 422 and 'href="#lines"' in refused.get_data(as_text=True)


def test_the_longest_invoice_is_taken_back_by_its_lines(owner: FlaskClient) -> None:
    company = {
        "legal_name": "Dach",
        "street": "Ring 1",
        "city": "Berlin",
        "country": "DE",
        "vat_id": "DE123456789",
    }
    assert owner.patch("/api/company", json=company).status_code == 200
    longest(owner, "invoices")
    assert owner.post("/api/invoices/1/issue", json={}).status_code == 200
    form = form_at(owner, "/invoices/1/credit") | {"reason": "Broken"}
    answer = owner.post(
        "/invoices/1/credit", data={name: text for name, text in form.items() if name != "whole"}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert len(owner.get("/api/invoices/2").get_json()["data"]["lines"]) == MOST["invoices"]


def test_other_forms_stay_short(owner: FlaskClient) -> None:
    many = {f"field-{number}": "" for number in range(1_001)}
    assert owner.post("/clients/new", data=many).status_code == 413
    far_too_many = {f"lines-{number}-title": "" for number in range(20_000)}
    assert owner.post("/quotes/new", data=far_too_many).status_code == 413


def test_too_long_a_text_is_told_by_its_field_and_the_longest_is_taken(owner: FlaskClient) -> None:
    """Of signs that a form writes as nine bytes, and JSON as six."""
    lines = [{"kind": "text", "details": "瓦" * (line_fields.MOST_TEXT // 500)}] * 500
    made = owner.post("/api/quotes", json={"currency": "EUR", "lines": lines})
    assert made.status_code == 201, made.get_data(as_text=True)
    for kind in ("quotes", "invoices", "quote-templates"):
        named = {"name": "Roofs"} if kind == "quote-templates" else {}
        far_more = {**named, "lines": [{"kind": "text", "details": "a" * 4_000}] * 500}
        refused = owner.post(f"/api/{kind}", json=far_more)
        assert [each["field"] for each in refused.get_json()["errors"]] == ["lines"]
    form = form_at(owner, "/quotes/1/edit")
    assert owner.post("/quotes/1/edit", data=form | {"lines-0-details": "Roof"}).status_code == 303
    longer = owner.post("/quotes/1/edit", data=form | {"lines-1-details": "a" * 4_000})
    assert longer.status_code == 422 and 'href="#lines"' in longer.get_data(as_text=True)


def test_a_product_is_found_and_added_without_scripts(owner: FlaskClient) -> None:
    product = {"name": "Roof tile", "unit": "m²", "price": 12, "currency": "EUR"}
    product_id = owner.post("/api/products", json=product).get_json()["data"]["id"]
    form = form_at(owner, "/quotes/new") | {"currency": "EUR", "lines-0-title": "Freight"}
    found = owner.post("/quotes/new", data=form | {"find": "product", "product_words": "tile"})
    assert f'<option value="{product_id}" selected>Roof tile' in found.get_data(as_text=True)
    added = owner.post("/quotes/new", data=form | {"product": str(product_id), "more": "product"})
    assert added.status_code == 200
    page = added.get_data(as_text=True)
    form = next(each.values.to_dict() for each in forms_of(page) if each.action == "/quotes/new")
    assert (form["lines-0-title"], form["lines-1-title"], form["lines-1-unit"]) == (
        "Freight",
        "Roof tile",
        "m²",
    )
    assert owner.post("/quotes/new", data=form | {"lines-0-unit_price": "5"}).status_code == 303
    lines = owner.get("/api/quotes/1").get_json()["data"]["lines"]
    assert [(each["product_id"], each["unit_price"]) for each in lines] == [(None, 5), (product_id, 12)]
    lost = owner.post("/quotes/new", data=form | {"product": "999999", "more": "product"})
    assert lost.status_code == 200 and "Freight" in lost.get_data(as_text=True)
