"""Each number of the report on leads and sales leads to exactly the leads that it counts."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.db.database import Database
from tests.support.campaigns import add_campaign, collected, row
from tests.support.cast import Cast
from tests.support.invoices import owner_of_company

LINK = re.compile(r'<a href="(/campaigns/report/leads[^"]*)">\s*([^<]*?)\s*</a>')
HEAD = re.compile(r'<h2 id="counted-title">([^<]*)</h2>\s*<span class="muted">([^<]*)</span>')


def add_lead(owner: FlaskClient, **given: Any) -> int:
    won = given.pop("won", False)
    answer = owner.post("/api/leads", json={"title": "Roof", **given})
    lead_id = int(answer.get_json()["data"]["id"])
    if won:
        assert owner.post(f"/api/leads/{lead_id}/win").status_code == 200
    return lead_id


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return owner_of_company(app, db, cast)


@pytest.fixture
def today(owner: FlaskClient) -> date:
    """Leads of campaigns in euros, in dollars, in both, and of one that cost nothing; with money in two."""
    today = clock.now().date()
    names = (("Search", "EUR"), ("Fair", "USD"), ("Both", "EUR"), ("Free", "JPY"))
    campaigns = {
        name: add_campaign(owner, name, currency=currency, channel="search", utm_campaign=name.lower())
        for name, currency in names
    }
    day = today.isoformat()
    for name, currency in (("Search", "EUR"), ("Fair", "USD"), ("Both", "EUR"), ("Both", "USD")):
        collected(
            owner, row(campaigns[name], day, spend=30, currency=currency), source=f"of_{currency.lower()}"
        )
    for name, _ in names:
        add_lead(owner, utm_campaign=name.lower())
        for currency in ("EUR", "USD"):
            add_lead(owner, utm_campaign=name.lower(), value=100, currency=currency, won=True)
    for each in (today, today - timedelta(days=40)):
        owner.post("/api/campaigns/aggregate", json={"month": each.isoformat()[:7]})
    return today


def test_each_number_leads_to_exactly_what_it_counts(owner: FlaskClient, today: date) -> None:
    span = f"since={today - timedelta(days=9)}&until={today + timedelta(days=1)}"
    page = owner.get(f"/campaigns/report/results?{span}").get_data(as_text=True)
    links = {(unescape(address), text) for address, text in LINK.findall(page)}
    assert len(links) > 30
    for address, text in links:
        if "counted=won" in address and not text.isdigit():
            continue  # a rate leads to the leads that it divides by
        told = HEAD.search(owner.get(address).get_data(as_text=True))
        assert told is not None, address
        assert text in {told[1].split()[0], told[2]}, (address, text, told.groups())
    assert owner.get("/campaigns/report/leads?counted=x").status_code == 422


def test_leads_of_several_currencies_are_counted_once_together_and_money_by_a_rate(
    owner: FlaskClient, today: date
) -> None:
    found = owner.get("/api/campaigns/results?months=1").get_json()["data"]
    leads = {each["currency"]: (each["leads"], each["money"]) for each in found["totals"]}
    assert leads == {"EUR": (6, 400), "USD": (6, 400), "JPY": (3, 0)}, "with the currency that was spent"
    together = found["together"]
    assert (together["leads"], together["won"], together["money"]) == (12, 8, None)
    first = f"{today - timedelta(days=100)}"
    own = owner.get("/api/exchange-rates").get_json()["data"]["currency"]
    other = "USD" if own == "EUR" else "EUR"
    rates = {"rates": [{"currency": other, "first_day": first, "rate": 0.5}]}
    assert owner.put("/api/exchange-rates", json=rates).status_code == 200
    together = owner.get("/api/campaigns/results?months=1").get_json()["data"]["together"]
    assert (together["spend"], together["money"], together["cost_per_lead"]) == (90, 600, 7.5)
    page = owner.get("/campaigns/report/results?months=1").get_data(as_text=True)
    assert "each counted once" in page and "by the exchange rates" in page
