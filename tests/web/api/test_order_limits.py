"""An order is invoiced once, and no rate of an invoice is taken back twice."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import made
from tests.support.cast import Cast
from tests.support.invoices import issued, make_buyer, owner_of_company, post

LINES = [
    {"title": "Roof", "quantity": 1, "unit_price": 1_000, "tax_rate": 19},
    {"title": "Books", "quantity": 1, "unit_price": 1_000, "tax_rate": 7},
]
TOTAL = 2_260


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


def order_of(owner: FlaskClient, kind: str) -> dict[str, Any]:
    """What names a quote or a deal with a client, both worth the same."""
    client = make_buyer(owner)
    if kind == "quote":
        return {"quote_id": made(owner, "/api/quotes", client_id=client, currency="EUR", lines=LINES)["id"]}
    car = {"year": 2022, "make": "Audi", "model": "A4", "price": TOTAL, "currency": "EUR"}
    vehicle = made(owner, "/api/vehicles", **car)["id"]
    terms = {"tax_rate": 0, "tax_base": "price"}
    given = {"client_id": client, "vehicle_id": vehicle, "currency": "EUR", "scenario": terms}
    return {"deal_id": made(owner, "/api/deals", **given)["id"]}


def issue(owner: FlaskClient, status: int = 200, **given: Any) -> dict[str, Any]:
    return post(owner, f"/{post(owner, '', **given)['id']}/issue", status)


def refused(owner: FlaskClient, **given: Any) -> None:
    (error,) = issue(owner, 422, **given)["errors"]
    assert error["field"] == next(name for name in given if name in ("quote_id", "deal_id"))
    assert "left" in error["message"]


@pytest.mark.parametrize("kind", ["quote", "deal"])
def test_an_order_is_invoiced_once_until_its_invoice_is_credited(owner: FlaskClient, kind: str) -> None:
    order = order_of(owner, kind)
    first = issue(owner, **order)
    assert first["total"] == TOTAL
    refused(owner, **order)
    refused(owner, **order, type="final")
    refused(owner, **order, type="part", share=1)
    post(owner, f"/{first['id']}/credit")
    final = issue(owner, **order, type="final")
    refused(owner, **order)
    post(owner, f"/{final['id']}/credit")
    assert issue(owner, **order)["total"] == TOTAL


@pytest.mark.parametrize("kind", ["quote", "deal"])
def test_deposits_and_parts_together_come_to_no_more_than_the_order(owner: FlaskClient, kind: str) -> None:
    order = order_of(owner, kind)
    refused(owner, **order, type="deposit", lines=[{**LINES[0], "unit_price": 2_000}])
    issue(owner, **order, type="deposit", share=60)
    refused(owner, **order, type="part", share=41)
    refused(owner, **order)
    issue(owner, **order, type="part", share=40)
    final = issue(owner, **order, type="final")
    assert (final["total"], final["due"]) == (TOTAL, 0)
    refused(owner, **order, type="part", share=1)


def test_credit_notes_together_take_back_no_more_of_a_rate_than_was_asked_at_it(owner: FlaskClient) -> None:
    invoice = issued(owner, make_buyer(owner), currency="EUR", lines=LINES)
    path = f"/{invoice['id']}/credit"
    error = post(owner, path, 422, lines=[{**LINES[0], "unit_price": 1_500}])["errors"][0]
    assert error["field"] == "lines.0"
    assert "1000 left of the invoice at 19 % tax" in error["message"]
    post(owner, path, lines=[{**LINES[0], "unit_price": 600}])
    text = {"kind": "text", "details": "As agreed"}
    more = [text, {**LINES[1], "unit_price": 1}, {**LINES[0], "unit_price": 401}]
    assert post(owner, path, 422, lines=more)["errors"][0]["field"] == "lines.2"
    other = post(owner, path, 422, lines=[{**LINES[0], "unit_price": 1, "tax_rate": 16}])["errors"][0]
    assert "0 left" in other["message"]
    post(owner, path, lines=[{**LINES[0], "unit_price": 400}, LINES[1]])
