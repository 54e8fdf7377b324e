"""/api/reports/invoices and its page: what is open and overdue by month."""

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.invoices import issued, make_buyer, owner_of_company, post


def test_what_is_open_and_overdue_is_added_up_by_month(app: Flask, db: Database, cast: Cast) -> None:
    owner: FlaskClient = owner_of_company(app, db, cast)
    buyer = make_buyer(owner)
    with time_machine.travel("2026-09-10T10:00Z", tick=False):
        first = issued(owner, buyer, payment_days=7)
        post(owner, f"/{first['id']}/payments", amount=19)
        issued(owner, buyer, payment_days=7, currency="CHF")
    with time_machine.travel("2026-11-20T10:00Z", tick=False):
        issued(owner, buyer, payment_days=14, currency="USD")
        taken = issued(owner, buyer, payment_days=14, currency="USD")
        post(owner, f"/{taken['id']}/credit")
        post(owner, "", client_id=buyer, lines=[{"title": "A draft", "unit_price": 1}])
        found = owner.get("/api/reports/invoices?months=2").get_json()["data"]
        page = owner.get("/reports/invoices?months=2").get_data(as_text=True)
        seen = client_of(app, db, cast.outsider).get("/api/reports/invoices").get_json()["data"]
    assert [list(each.values()) for each in found["all"]] == [
        [None, "CHF", 1, 119, 119, 119],
        [None, "USD", 3, 357, 219, 100],
    ]
    assert [list(each.values()) for each in found["months"]] == [["2026-11", "USD", 2, 238, 119, 0]]
    assert "Overdue (CHF)" in page and 'data-value="119"' in page
    assert seen == {"all": [], "months": []}


def test_a_period_that_is_wrong_is_refused_by_its_name(app: Flask, db: Database, cast: Cast) -> None:
    owner = owner_of_company(app, db, cast)
    refused = owner.get("/api/reports/invoices?months=0")
    assert refused.status_code == 422
    assert [each["field"] for each in refused.get_json()["errors"]] == ["months"]
