"""The report on campaigns shows what they cost and brought, and each number leads to what it is made of."""

import csv
import io
from datetime import timedelta

from flask.testing import FlaskClient

from crm import clock
from tests.support.campaigns import add_campaign, collected, row


def test_figures_are_shown_by_time_channel_and_campaign_each_currency_by_itself(owner: FlaskClient) -> None:
    assert "No figures yet" in owner.get("/campaigns/report").get_data(as_text=True)
    today = clock.now().date()
    search = add_campaign(owner, "=Search", channel="search", currency="EUR")
    fair = add_campaign(owner, "Fair", channel="event", currency="USD")
    collected(owner, row(search, today.isoformat(), spend=12.5, conversions=2, conversion_value=50))
    collected(owner, row(search, (today - timedelta(days=1)).isoformat(), spend=7.5, impressions=0, clicks=0))
    collected(owner, row(fair, today.isoformat(), spend=300), source="manual")
    for day in (today, today - timedelta(days=1)):
        owner.post("/api/campaigns/aggregate", json={"month": day.isoformat()[:7]})
    for months in (1, 2, 3, 12):
        page = owner.get(f"/campaigns/report?months={months}").get_data(as_text=True)
        assert "Spend (EUR)" in page and "Spend (USD)" in page, months
        assert f'href="/campaigns/{search}"' in page and 'href="/campaigns?channel=event"' in page
        assert "Being summed up" not in page
    assert "Spent on campaigns this month" not in owner.get("/").get_data(as_text=True), "without clients"
    owner.post("/api/clients", json={"name": "Ada"})
    assert "Spent on campaigns this month" in owner.get("/").get_data(as_text=True)
    text = owner.get("/campaigns/report/csv?months=3").get_data(as_text=True)
    assert text.startswith("\ufeff")
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=","))
    whole = {each["currency"]: each for each in lines if each["report"] == "all"}
    assert (whole["EUR"]["spend"], whole["USD"]["spend"]) == ("20", "300")
    assert (whole["EUR"]["cpa"], whole["EUR"]["roas"]) == ("10.0", "2.5")
    assert whole["USD"]["roas"] == "0.0"
    assert [each["label"] for each in lines if each["report"] == "campaign"] == ["Fair", "'=Search"]
    collected(owner, row(search, today.isoformat(), spend=13))
    assert "Being summed up" in owner.get("/campaigns/report").get_data(as_text=True)
    assert owner.get("/campaigns/report?months=99&x=y").status_code < 500
