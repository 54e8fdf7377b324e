"""An order is asked for once: what a trade-in pays and what was asked before is taken off."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.documents.invoice_reading import invoice_document
from tests.support.api import made, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.page_forms import forms_of

COMPANY = {
    "legal_name": "Motors", "street": "Road 1", "postal_code": "10115", "city": "Berlin", "country": "DE",
    "tax_number": "12/345/67890", "vat_id": "DE123456789", "iban": "DE89370400440532013000",
}  # fmt: skip
BUYER = {
    "name": "Ada",
    "addresses": [{"street": "A 1", "city": "Ulm", "postal_code": "89073", "country": "DE"}],
}
CAR = {"year": 2022, "make": "Audi", "model": "A4", "price": 30_000, "currency": "EUR"}
GOLF = {"year": 2015, "make": "VW", "model": "Golf", "allowance": 5_000, "payoff": 1_000}


@pytest.fixture
def dealer(owner: FlaskClient, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    assert owner.patch("/api/company", json=COMPANY).status_code == 200
    return owner


def deal_of(dealer: FlaskClient, **scenario: Any) -> Any:
    given = {"vehicle_id": made(dealer, "/api/vehicles", **CAR)["id"], "currency": "EUR"}
    client = made(dealer, "/api/clients", **BUYER)["id"]
    terms = {"tax_rate": 19, "tax_base": "price", **scenario}
    return made(dealer, "/api/deals", client_id=client, trade_ins=[GOLF], scenario=terms, **given)


def issue(dealer: FlaskClient, invoice: Any) -> Any:
    answer = dealer.post(f"/api/invoices/{invoice['id']}/issue", json={})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["data"]


def test_a_trade_in_pays_its_part_once_on_document_code_and_e_invoice(
    dealer: FlaskClient, db: Database, cast: Cast
) -> None:
    deal = deal_of(dealer)
    invoice = issue(dealer, made(dealer, "/api/invoices", deal_id=deal["id"], language="en"))
    amounts = [invoice[name] for name in ("total", "traded_in", "deducted", "due", "open")]
    assert amounts == [35_700, 4_000, 4_000, 31_700, 31_700]
    document = db.read(invoice_document, cast.owner, invoice["id"])
    assert document["lines"][1]["details"].split("\n") == [
        "Trade-in: 2015 VW Golf, €5,000.00", "Payoff of the trade-in: €1,000.00",
    ]  # fmt: skip
    assert document["after"] == [["Trade-in", "−€4,000.00"], ["To pay", "€31,700.00"]]
    assert "\nEUR31700.00\n" in document["qr"]
    assert (document["e_invoice"]["BT-113"], document["e_invoice"]["BT-115"]) == ("4000.00", "31700.00")
    page = dealer.get(f"/invoices/{invoice['id']}").get_data(as_text=True)
    assert "−€4,000" in page and "€31,700" in page and "Trade-in" in page
    again = made(dealer, "/api/invoices", deal_id=deal["id"])
    assert (again["traded_in"], again["due"]) == (0, 35_700), "it pays once"
    mats = made(
        dealer, "/api/invoices", deal_id=deal_of(dealer)["id"], lines=[{"title": "M", "unit_price": 9}]
    )
    assert mats["due"] == 9, "an invoice of less is of something else"
    note = made(dealer, f"/api/invoices/{invoice['id']}/credit")
    assert (note["total"], note["traded_in"], note["due"]) == (35_700, 4_000, 31_700)
    assert issue(dealer, again)["due"] == 31_700, "it is free again"


def test_a_deposit_leaves_less_for_the_trade_in_and_too_much_of_both_is_refused(dealer: FlaskClient) -> None:
    deal = deal_of(dealer)
    issue(dealer, made(dealer, "/api/invoices", deal_id=deal["id"], type="deposit", share=20))
    final = issue(dealer, made(dealer, "/api/invoices", deal_id=deal["id"], type="final"))
    assert (final["deducted"], final["traded_in"], final["due"]) == (11_140, 4_000, 24_560)
    whole = deal_of(dealer)
    issue(dealer, made(dealer, "/api/invoices", deal_id=whole["id"], type="deposit", share=95))
    last = made(dealer, "/api/invoices", deal_id=whole["id"], type="final")
    refused = problem_of(dealer.post(f"/api/invoices/{last['id']}/issue", json={}), 409)
    assert "trade-ins come to more" in refused["detail"]


@pytest.mark.parametrize("made_of", ["quote", "deal"])
def test_what_was_asked_on_a_quote_is_taken_off_by_the_deal_and_the_other_way_round(
    dealer: FlaskClient, made_of: str
) -> None:
    client = made(dealer, "/api/clients", **BUYER)["id"]
    lines = [{"title": "Roof", "unit_price": 1_000, "tax_rate": 19}]
    if made_of == "quote":
        quote = made(dealer, "/api/quotes", client_id=client, lines=lines, currency="EUR")
        asked = issue(dealer, made(dealer, "/api/invoices", quote_id=quote["id"], type="deposit", share=30))
        deal_id = _accepted(dealer, quote["id"])
        last = {"deal_id": deal_id}
    else:
        deal_id = deal_of(dealer, discount=0)["id"]
        quote = made(dealer, "/api/quotes", deal_id=deal_id)
        asked = issue(dealer, made(dealer, "/api/invoices", deal_id=deal_id, type="deposit", share=30))
        last = {"quote_id": quote["id"]}
    kind, source = next(iter(last.items()))
    page = dealer.get(f"/invoices/from/{kind.removesuffix('_id')}/{source}").get_data(as_text=True)
    assert asked["name"] in page and '<option value="final" selected>' in page
    final = issue(dealer, made(dealer, "/api/invoices", **last, type="final"))
    assert [each["invoice_id"] for each in final["deductions"]] == [asked["id"]]
    assert final["due"] == final["total"] - asked["total"] - final["traded_in"]
    assert asked["name"] in dealer.get(f"/invoices/{final['id']}").get_data(as_text=True)
    problem_of(dealer.post(f"/api/invoices/{asked['id']}/credit", json={}), 409)
    other = made(dealer, "/api/invoices", deal_id=deal_id, type="final")
    problem_of(dealer.post(f"/api/invoices/{other['id']}/issue", json={}), 409)


def _accepted(dealer: FlaskClient, quote_id: int) -> int:
    """The deal that the customer's acceptance makes of it."""
    token = made(dealer, f"/api/quotes/{quote_id}/links")["token"]
    visitor = dealer.application.test_client()
    (form,) = [each for each in forms_of(visitor.get(f"/q/{token}").get_data(as_text=True)) if each.values]
    visitor.post(f"/q/{token}", data={**form.values, "name": "Ada", "answer": "accept"})
    return int(dealer.get(f"/api/quotes/{quote_id}").get_json()["data"]["deal_id"])
