"""The report on campaigns shows what they cost and brought, and each number leads to what it is made of."""

import csv
import io
import re
from datetime import date, timedelta

from flask.testing import FlaskClient

from crm import clock
from crm.formats import formats_of
from tests.support.campaigns import add_campaign, collected, day_of, last_month, row


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


def test_conversions_of_several_sources_are_told_by_source_wherever_they_are_added(
    owner: FlaskClient,
) -> None:
    today = clock.now().date().isoformat()
    campaign = add_campaign(owner, "Roofs", channel="search", currency="EUR")
    collected(owner, row(campaign, today, conversions=2, conversion_value=50))
    alone = owner.get("/campaigns/report?months=1").get_data(as_text=True)
    assert "counts them" not in alone and "google_ads: " not in alone
    collected(owner, row(campaign, today, conversions=3, conversion_value=60), source="ga4")
    owner.post("/api/campaigns/aggregate", json={"month": today[:7]})
    for path in (
        "/campaigns/report?months=1",
        "/campaigns/report/results?months=1",
        f"/campaigns/report/parts?currency=EUR&first={today[:7]}",
    ):
        page = " ".join(owner.get(path).get_data(as_text=True).split())
        assert "ga4: 3, google_ads: 2" in page, path
        assert "may count the same sale" in page or "parts" in path, path
    record = owner.get(f"/campaigns/{campaign}").get_data(as_text=True)
    assert record.count("of these by ga4") == 2, "among its months, and beside its leads"
    for path in ("/campaigns/report/csv?months=1", "/campaigns/report/results/csv?months=1"):
        assert "ga4: 3; google_ads: 2" in owner.get(path).get_data(as_text=True)
    owner.post("/api/clients", json={"name": "Ada"})
    assert "added up from ga4, google_ads" in owner.get("/").get_data(as_text=True)


def day_text(day: str) -> str:
    return formats_of("en").day(date.fromisoformat(day), clock.now().date())


def test_a_day_without_figures_is_named_and_no_zero_stands_for_it(owner: FlaskClient) -> None:
    month = last_month()
    campaign = add_campaign(owner, "Roofs", currency="EUR", start_date=day_of(month, 3))
    collected(owner, row(campaign, day_of(month, 3), spend=5), row(campaign, day_of(month, 9), spend=7))
    owner.post("/api/campaigns/aggregate", json={"month": month})
    for path in ("/campaigns/report?months=2", "/campaigns/report/results?months=2"):
        page = owner.get(path).get_data(as_text=True)
        _, _, chart = page.partition('data-report="lines"')
        chart, _, _ = chart.partition("</table>")
        days = re.findall(r"<tr>(.*?)</tr>", chart, re.DOTALL)[1:]
        first = date.fromisoformat(f"{month}-01")
        assert len(days) == (clock.now().date() - first).days + 1, path
        spends = [re.findall(r'data-value="([^"]*)"', each) for each in days]
        spend = -1 if "results" not in path else -2
        assert [each[spend] for each in spends[:10]] == ["", "", "5", "", "", "", "", "", "7", ""], path
    names = f"{day_text(day_of(month, 4))} to {day_text(day_of(month, 8))}"
    for path in ("/campaigns/report?months=2", f"/campaigns/{campaign}"):
        page = owner.get(path).get_data(as_text=True)
        assert names in page and f"{day_text(day_of(month, 10))} to " in page, path
        assert f"{day_text(day_of(month, 2))}," not in page


def test_any_days_are_chosen_and_compared_with_the_time_before_or_a_year_before(owner: FlaskClient) -> None:
    today = clock.now().date()
    campaign = add_campaign(owner, "Roofs", currency="EUR")
    days = {0: 5, 3: 7, 8: 100, 365: 1000}
    collected(
        owner,
        *(row(campaign, f"{today - timedelta(days=back)}", spend=spend) for back, spend in days.items()),
    )
    span = f"since={today - timedelta(days=4)}&until={today}"
    for path in ("/campaigns/report", "/campaigns/report/results"):
        before = owner.get(f"{path}/csv?{span}").get_data(as_text=True).splitlines()
        whole = {each.split(",")[0]: each for each in before}
        assert ",12," in whole["all"] and ",100," in whole["before"], path
        year = owner.get(f"{path}/csv?{span}&compare=year").get_data(as_text=True)
        assert ",1000," in year, path
        page = owner.get(f"{path}?{span}&compare=year").get_data(as_text=True)
        assert 'value="year" selected' in page and f'value="{today}"' in page
        assert owner.get(f"{path}?since={today}&until={today - timedelta(days=1)}").status_code == 422
        assert owner.get(f"{path}?compare=x").status_code == 422
