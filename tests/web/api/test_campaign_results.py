"""What leads and sales of campaigns cost: each lead's money counted once, and no two currencies added."""

import html
import re
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from crm import clock
from crm.campaigns.arriving import collect_rows
from crm.campaigns.conversions.event import event_of
from crm.campaigns.lead_results import LeadSum, money_of
from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.campaigns.result_tally import Tally, result_of
from crm.db.database import Database
from tests.support.campaigns import add_campaign, collected, row
from tests.support.cast import Cast
from tests.support.invoices import issued, make_buyer, owner_of_company, post

AMOUNTS = st.dictionaries(st.sampled_from(["EUR", "USD", "JPY"]), st.integers(1, 10**12), max_size=3)
SOURCES = st.dictionaries(st.integers(1, 9), AMOUNTS.filter(bool))


@given(st.lists(st.integers(1, 9), unique=True), SOURCES, SOURCES, SOURCES)
def test_the_money_of_a_lead_is_that_of_one_source_in_each_currency(
    leads: list[int], paid: dict[int, Any], delivered: dict[int, Any], own: dict[int, Any]
) -> None:
    expected: Counter[str] = Counter()
    tallies = {currency: Tally() for currency in ("EUR", "USD", "JPY")}
    for lead_id in leads:
        money, basis = money_of(lead_id, paid, delivered, own.get(lead_id, {}))
        source = next((each for each in (paid, delivered, own) if lead_id in each), {})
        assert money == source.get(lead_id, {}) and (basis is None) == (not money)
        expected.update(money)
        told = {(basis, currency): amount for currency, amount in money.items() if basis}
        for currency, tally in tallies.items():
            tally.count(LeadSum(1, "", 1, 1, 1))
            for (of, each), amount in told.items():
                if each == currency:
                    tally.earn(of, amount)
    for currency, tally in tallies.items():
        found = result_of("x", currency, tally)
        assert sum(tally.money.values()) == expected[currency]
        assert found.leads == len(leads) and found.cost_per_lead is None


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


def add_lead(owner: FlaskClient, **told: Any) -> int:
    answer = owner.post("/api/leads", json={"title": "Roof", "utm_campaign": "roofs", **told})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return int(answer.get_json()["data"]["id"])


def results(owner: FlaskClient) -> Any:
    summed = owner.post("/api/campaigns/aggregate", json={"month": date_of_today()[:7]})
    assert summed.status_code == 200
    return owner.get("/api/campaigns/results?months=1").get_json()["data"]


def leads_of(owner: FlaskClient, filters: str) -> list[int]:
    return sorted(each["id"] for each in owner.get(f"/api/leads?{filters}").get_json()["data"])


def deliver(owner: FlaskClient, lead_id: int, client_id: int, price: int) -> int:
    given = {"lead_id": lead_id, "client_id": client_id, "scenario": {"price": price}}
    answer = owner.post("/api/deals", json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    deal_id = answer.get_json()["data"]["id"]
    for step in ("submit", "approve", "deliver"):
        assert owner.post(f"/api/deals/{deal_id}/{step}").status_code == 200, step
    return int(deal_id)


def test_each_sale_is_counted_once_by_its_best_source_and_leads_to_its_leads(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    buyer, today = make_buyer(owner), date_of_today()
    campaign = add_campaign(owner, "Roofs", channel="search", utm_campaign="roofs")
    collected(owner, row(campaign, today, spend=100, impressions=1000, clicks=50, conversions=7.5))
    invoiced, dealt, valued = (add_lead(owner, value=value, client_id=buyer) for value in (7000, 8000, 300))
    lost, gone = add_lead(owner, value=9), add_lead(owner, value=5)
    without = add_lead(owner, utm_campaign=None)
    deal_id = deliver(owner, invoiced, buyer, 900)
    invoice = issued(
        owner, buyer, deal_id=deal_id, lines=[{"title": "Roof", "unit_price": 500, "tax_rate": 19}]
    )
    post(owner, f"/{invoice['id']}/payments", amount=400)
    deliver(owner, dealt, buyer, 200)
    for lead_id in (valued, gone):
        assert owner.post(f"/api/leads/{lead_id}/win").status_code == 200
    assert owner.post(f"/api/leads/{lost}/lose").status_code == 200
    owner.delete(f"/api/leads/{gone}")
    agreed = {"channel": "email", "purpose": "marketing", "state": "opted_in"}
    assert owner.post(f"/api/clients/{buyer}/consents", json=agreed).status_code == 201
    owner.post(f"/api/leads/{dealt}/win")
    for lead_id, money in ((dealt, 200), (valued, 300)):
        told = db.read(event_of, cast.owner, "e", lead_id, clock.as_text(clock.now()))
        assert told.value == money, "platforms are told the same money"
    found = results(owner)
    (whole,), (own,), (channel,) = found["totals"], found["campaigns"], found["channels"]
    assert (whole["leads"], whole["qualified"], whole["won"], whole["spend"]) == (4, 3, 3, 100)
    assert whole["platform_conversions"] == 7.5, "beside our leads"
    assert (whole["from_invoices"], whole["from_deals"], whole["from_values"]) == (400, 200, 300)
    assert (whole["money"], whole["return_on_spend"]) == (900, 9)
    assert (whole["cost_per_lead"], whole["cost_per_won"]) == (25, 33.333333)
    assert (own["campaign_id"], own["name"], channel["name"]) == (campaign, "Roofs", "search")
    differing = {"name", "campaign_id"}
    came = [each for each in found["points"] if each["leads"]]
    assert len(came) == 1
    for each in (own, channel, *came):
        assert {name: value for name, value in each.items() if name not in differing} == {
            name: value for name, value in whole.items() if name not in differing
        }
    assert owner.get(f"/api/campaigns/{campaign}/results?months=1").get_json()["data"] == [own]
    assert "Roofs" in owner.get(f"/leads?campaign_id={campaign}").get_data(as_text=True), "as a chip"
    assert leads_of(owner, f"campaign_id={campaign}") == sorted([invoiced, dealt, valued, lost])
    assert leads_of(owner, "has_campaign=true&status=won") == sorted([invoiced, dealt, valued])
    assert leads_of(owner, "campaign_channel=search") == leads_of(owner, "has_campaign=true")
    assert leads_of(owner, "has_campaign=false") == [without]
    record = owner.get(f"/campaigns/{campaign}").get_data(as_text=True)
    counted = re.findall(r'href="/leads\?([^"]*created_from=[^"]*)"', record)
    assert [len(leads_of(owner, html.unescape(each))) for each in counted] == [4, 4, 3], "as many as it says"
    page = owner.get("/campaigns/report/results?months=1").get_data(as_text=True)
    assert f"campaign_id={campaign}" in page and "Cost per won lead" in page
    assert "all," in owner.get("/campaigns/report/results/csv?months=1").get_data(as_text=True).replace(
        ";", ","
    )


def test_two_currencies_are_never_added(owner: FlaskClient) -> None:
    campaign = add_campaign(owner, "Roofs", utm_campaign="roofs")
    collected(owner, row(campaign, date_of_today(), spend=10, currency="USD"))
    for currency in ("EUR", "JPY"):
        lead_id = add_lead(owner, value=500, currency=currency)
        assert owner.post(f"/api/leads/{lead_id}/win").status_code == 200
    found = {each["currency"]: each for each in results(owner)["campaigns"]}
    told = {code: (each["spend"], each["money"], each["return_on_spend"]) for code, each in found.items()}
    assert told == {"USD": (10, 0, 0), "EUR": (None, 500, None), "JPY": (None, 500, None)}


def test_a_merged_client_s_leads_are_counted_once_each(owner: FlaskClient) -> None:
    first, second = make_buyer(owner), make_buyer(owner)
    campaign = add_campaign(owner, "Roofs", utm_campaign="roofs")
    for client_id, price in ((first, 200), (second, 300)):
        deliver(owner, add_lead(owner, client_id=client_id, value=1), client_id, price)
    before = results(owner)
    merged = owner.post(f"/api/clients/{first}/merge", json={"other_id": second})
    assert merged.status_code == 200, merged.get_data(as_text=True)
    assert results(owner) == before
    assert (before["totals"][0]["money"], before["totals"][0]["leads"]) == (500, 2)
    assert len(leads_of(owner, f"campaign_id={campaign}")) == 2


def test_leads_and_sales_cost_by_ad_and_ad_set_and_lead_to_their_leads(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    today = clock.now().date()
    told = [
        PlatformRow(
            today, "7", campaign="Roofs", clicks=9, spend=spend * 10**6, part=AdPart("70", "Set", ad, ad)
        )
        for ad, spend in (("red", 30), ("blue", 10))
    ]
    db.write(collect_rows, cast.owner, "meta_ads", told)
    first, second = add_lead(owner, ad_id="red", value=500), add_lead(owner, ad_id="red")
    by_set, by_none = add_lead(owner, ad_set_id="70"), add_lead(owner, ad_campaign_id="7", ad_id="unknown")
    assert owner.post(f"/api/leads/{first}/win").status_code == 200
    (campaign,) = owner.get("/api/campaigns").get_json()["data"]
    here = f"/api/campaigns/{campaign['id']}/ads/results"
    found = owner.get(f"{here}?months=1").get_json()["data"]
    red, blue, other = found["ads"]
    assert [each["result"]["leads"] for each in (red, blue, other)] == [2, 0, 2]
    assert (red["ad_set"], red["platform_id"], other["id"]) == ("Set", "red", 0)
    assert (red["result"]["cost_per_lead"], red["result"]["cost_per_won"]) == (15, 30)
    assert (red["result"]["money"], red["result"]["return_on_spend"]) == (500, 16.666667)
    known, unknown = found["ad_sets"]
    assert (known["result"]["leads"], known["result"]["spend"], unknown["result"]["leads"]) == (3, 40, 1)
    counted = f"campaign_id={campaign['id']}"
    assert leads_of(owner, f"{counted}&ad_id={red['id']}") == [first, second]
    assert leads_of(owner, f"{counted}&ad_id=0") == [by_set, by_none]
    assert leads_of(owner, f"{counted}&ad_set_id={known['id']}") == [first, second, by_set]
    assert leads_of(owner, f"{counted}&ad_set_id=0") == [by_none]
    page = owner.get(f"/campaigns/{campaign['id']}/ads?months=1").get_data(as_text=True)
    assert f"ad_id={red['id']}" in page and "Cost per won lead" in page
    file = owner.get(f"/campaigns/{campaign['id']}/ads/csv?months=1").get_data(as_text=True)
    assert len(file.splitlines()) == 1 + 5
    assert "Ad: red" in owner.get(f"/leads?{counted}&ad_id={red['id']}").get_data(as_text=True), "as a chip"
    assert owner.get("/api/campaigns/999/ads/results").status_code == 404


def test_without_ads_their_page_draws_nothing_and_says_why(owner: FlaskClient) -> None:
    campaign = add_campaign(owner, name="Roofs", utm_campaign="roofs")
    add_lead(owner)
    page = owner.get(f"/campaigns/{campaign}/ads?months=1").get_data(as_text=True)
    assert "No ads yet" in page and "Money by ad" not in page


def date_of_today() -> str:
    return clock.now().date().isoformat()
