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
