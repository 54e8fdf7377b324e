"""Quotes of a lead or a deal: by the API and with one click."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import fields_of, made, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish

TRADE_IN = {"year": 2015, "make": "VW", "model": "Golf", "allowance": 5000}
CAR = {"year": 2022, "make": "Audi", "model": "A4", "price": 30000}


def data(client: FlaskClient, path: str) -> Any:
    return client.get(path).get_json()["data"]


@pytest.fixture
def dealer(owner: FlaskClient, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return owner


def deal_of(dealer: FlaskClient, **scenario: Any) -> dict[str, Any]:
    car = made(dealer, "/api/vehicles", **CAR)["id"]
    ada = made(dealer, "/api/clients", name="Ada")["id"]
    lines = [{"title": "Winter tyres", "quantity": 4, "unit_price": 100}]
    terms = {"tax_rate": 19, **scenario}
    return made(
        dealer, "/api/deals", client_id=ada, vehicle_id=car, lines=lines, trade_ins=[TRADE_IN], scenario=terms
    )


def test_a_deal_gives_its_vehicle_lines_and_trade_in(dealer: FlaskClient) -> None:
    deal = deal_of(dealer)
    quote = made(dealer, "/api/quotes", deal_id=deal["id"])
    assert (quote["deal_id"], quote["deal_number"]) == (deal["id"], deal["deal_number"])
    assert (quote["client_name"], quote["currency"]) == ("Ada", deal["currency"])
    items = [(line["title"], line["quantity"], line["unit_price"]) for line in quote["lines"][:2]]
    assert items == [(deal["vehicle_name"], 1, 30000), ("Winter tyres", 4, 100)]
    assert quote["total"] == deal["total"] == 36176
    told = quote["lines"][2]
    assert told["kind"] == "text" and "VW Golf" in told["details"] and "5" in told["details"]
    invoice = made(dealer, "/api/invoices", deal_id=deal["id"])
    assert (invoice["total"], invoice["lines"][2]["details"]) == (deal["total"], told["details"])
    assert (invoice["traded_in"], invoice["due"]) == (5000, deal["total"] - 5000)
    created = data(dealer, f"/api/quotes/{quote['id']}/activities")[0]
    assert created["after"]["deal_id"] == deal["id"]


def test_a_trade_in_that_lowers_what_is_taxed_is_taken_off(dealer: FlaskClient) -> None:
    deal = deal_of(dealer, tax_base="price_less_trade", discount=400)
    quote = made(dealer, "/api/quotes", deal_id=deal["id"])
    assert quote["total"] == 29750, "(30,000 + 400 - 400 - 5,000) with 19 %"
    assert sorted(line["quantity"] for line in quote["lines"]) == [-1, -1, 1, 4]
    lines = [
        {name: line[name] for name in ("title", "quantity", "unit_price", "tax_rate")}
        for line in quote["lines"]
    ]
    changed = dealer.patch(f"/api/quotes/{quote['id']}", json={"lines": lines, "title": "x"})
    assert changed.get_json()["data"]["total"] == 29750


def test_what_is_given_stands_and_what_does_not_fit_is_refused(
    dealer: FlaskClient, outsider: FlaskClient
) -> None:
    deal = deal_of(dealer)
    own = made(
        dealer, "/api/quotes", deal_id=deal["id"], title="Own", lines=[{"title": "All", "unit_price": 1}]
    )
    assert (own["title"], own["total"], own["client_name"]) == ("Own", 1, "Ada")
    assert fields_of(dealer.post("/api/quotes", json={"deal_id": 999})) == {"deal_id"}
    assert fields_of(outsider.post("/api/quotes", json={"deal_id": deal["id"]})) == {"deal_id"}
    lease = deal_of(dealer, kind="lease", money_factor=0.001, residual=10000, term=36)
    problem_of(dealer.post("/api/quotes", json={"deal_id": lease["id"]}), 409)
    off = [{"title": "Off", "unit_price": 5, "quantity": -1}]
    assert fields_of(dealer.post("/api/quotes", json={"lines": off})) == {"lines"}


def test_one_click_drafts_a_quote_of_a_lead_or_a_deal(dealer: FlaskClient) -> None:
    ada = made(dealer, "/api/clients", name="Ada")["id"]
    lead = made(dealer, "/api/leads", title="Roof", client_id=ada)["id"]
    deal = deal_of(dealer)["id"]
    for path, source in ((f"/leads/{lead}", "lead"), (f"/deals/{deal}", "deal")):
        click = f"/quotes/from/{source}{path[path.rindex('/') :]}"
        assert click in dealer.get(path).get_data(as_text=True), path
        answer = dealer.post(click)
        assert answer.status_code == 303 and answer.headers["Location"].endswith("/edit")
    of_deal, of_lead = data(dealer, "/api/quotes")
    assert (of_lead["title"], of_lead["client_name"], of_lead["lead_id"]) == ("Roof", "Ada", lead)
    assert of_deal["total"] == 36176
    assert dealer.post("/quotes/from/deal/999").status_code == 303 and len(data(dealer, "/api/quotes")) == 2
