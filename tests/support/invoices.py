"""A company that may issue invoices, a client who gets them, and invoices by the API."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish

COMPANY = {
    "legal_name": "Dach GmbH", "street": "Ring 1", "postal_code": "10115", "city": "Berlin", "country": "DE",
    "vat_id": "DE123456789", "tax_number": "12/345/67890", "iban": "DE89370400440532013000",
}  # fmt: skip
LINE = {"title": "Fitting", "quantity": 2, "unit_price": 50, "tax_rate": 19}


def owner_of_company(app: Flask, db: Database, cast: Cast, **more: object) -> FlaskClient:
    furnish(db, cast.owner)
    owner = client_of(app, db, cast.owner)
    assert owner.patch("/api/company", json=COMPANY | more).status_code == 200
    return owner


def make_buyer(owner: FlaskClient, country: str = "DE") -> int:
    address = {"street": "Main Street 1", "postal_code": "10115", "city": "Berlin", "country": country}
    answer = owner.post("/api/clients", json={"name": "Ada", "addresses": [address]})
    return int(answer.get_json()["data"]["id"])


def post(owner: FlaskClient, path: str, status: int = 201, **given: object) -> dict[str, Any]:
    answer = owner.post(f"/api/invoices{path}", json=given)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"]) if status < 300 else problem_of(answer, status)


def read(owner: FlaskClient, invoice_id: int) -> dict[str, Any]:
    return dict(owner.get(f"/api/invoices/{invoice_id}").get_json()["data"])


def issued(owner: FlaskClient, client_id: int, **given: object) -> dict[str, Any]:
    wanted: dict[str, Any] = {"client_id": client_id, "lines": [LINE], **given}
    draft = post(owner, "", **wanted)
    return post(owner, f"/{draft['id']}/issue", 200)
