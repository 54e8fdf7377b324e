"""Issuing invoices: drafts of deals, what the law asks for by the name of its field, and the examples."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.appliance.demo import fill_with_examples
from crm.db.database import Database
from crm.numbers.checking import check_numbers
from tests.support.cast import Cast
from tests.support.invoices import COMPANY, LINE, make_buyer, owner_of_company, post, read
from tests.support.leads import furnish

SCENARIO = {"kind": "cash", "price": 10_000, "tax_rate": 19, "tax_base": "price"}
REVERSED = {**LINE, "tax_rate": 0, "tax_category": "reverse_charge"}
NOTHING: dict[str, Any] = {}


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


@pytest.fixture
def client_id(owner: FlaskClient) -> int:
    return make_buyer(owner)


def test_a_deal_becomes_the_draft_of_an_invoice_and_its_deposit(owner: FlaskClient, client_id: int) -> None:
    car = owner.post("/api/vehicles", json={"make": "Ford", "model": "Focus", "year": 2024}).get_json()
    given = {"client_id": client_id, "vehicle_id": car["data"]["id"], "scenario": SCENARIO}
    deal = owner.post("/api/deals", json=given).get_json()["data"]
    draft = post(owner, "", deal_id=deal["id"])
    assert (draft["deal_number"], draft["client_id"]) == (deal["deal_number"], client_id)
    assert (draft["total_net"], draft["total"], draft["state"]) == (10_000, 11_900, "draft")
    assert "Ford Focus" in draft["lines"][0]["title"]
    assert [(each["tax_rate"], each["tax_category"]) for each in draft["taxes"]] == [(19, "standard")]
    deposit = post(owner, "", deal_id=deal["id"], type="deposit", share=10)
    assert deposit["total"] == 1190
    post(owner, f"/{deposit['id']}/issue", 200)
    final = post(owner, "", deal_id=deal["id"], type="final")
    assert (final["total"], final["due"]) == (11_900, 10_710)


@pytest.mark.parametrize(
    ("company", "given", "fields"),
    [
        ({"legal_name": None}, NOTHING, {"company.legal_name"}),
        ({"street": None, "city": None}, NOTHING, {"company.street", "company.city"}),
        ({"vat_id": None, "tax_number": None}, NOTHING, {"company.tax_number"}),
        ({"vat_id": None, "country": "FR"}, NOTHING, {"company.vat_id", "company.registration"}),
        ({"vat_id": None, "tax_number": None, "country": "AU"}, NOTHING, {"company.tax_number"}),
        ({"vat_id": None}, {"lines": [REVERSED]}, {"company.vat_id", "buyer_vat_id"}),
        (NOTHING, {"lines": [REVERSED]}, {"buyer_vat_id"}),
        ({"small_business": True}, {"lines": [{**LINE, "tax_rate": 0}, LINE]}, {"lines.1.tax_rate"}),
        (NOTHING, {"client_id": None}, {"client_id"}),
        ({"city": None}, {"client_id": None, "lines": [REVERSED]},
         {"company.city", "client_id", "buyer_vat_id"}),
    ],
)  # fmt: skip
def test_issuing_names_each_field_that_is_missing_and_uses_no_number(
    owner: FlaskClient, client_id: int, company: dict[str, Any], given: dict[str, Any], fields: set[str]
) -> None:
    assert owner.patch("/api/company", json=company).status_code == 200
    draft = post(owner, "", **{"client_id": client_id, "lines": [LINE], **given})
    refused = post(owner, f"/{draft['id']}/issue", 422)
    assert {each["field"] for each in refused["errors"]} >= fields
    assert read(owner, draft["id"])["state"] == "draft"
    assert owner.get("/api/numbers/invoice/issued").get_json()["data"] == []
    owner.patch("/api/company", json=COMPANY | {"small_business": False})
    whole = post(owner, "", client_id=client_id, lines=[LINE])
    assert post(owner, f"/{whole['id']}/issue", 200)["name"].endswith("00001")


def test_the_examples_are_drafts_issued_and_paid_invoices_without_gaps(
    app: Flask, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    counts = {"clients": 30, "leads": 10, "products": 3, "invoices": 30}
    assert list(fill_with_examples(db, cast.owner, counts))[-1] == 30
    count = "SELECT state, count(*) AS n FROM invoices WHERE workspace_id = :workspace_id GROUP BY state"
    states = {row["state"]: row["n"] for row in db.read(lambda tx: tx.all(count), cast.owner)}
    assert sum(states.values()) == 30 and {"draft", "paid"} < set(states)
    assert db.read(check_numbers, cast.owner).faults == []
