"""Each number of the report on campaigns leads to what it is made of, and that adds up to the number."""

import re
from datetime import timedelta
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from tests.support.campaigns import add_campaign, collected, row

LINK = re.compile(r'<a href="(/campaigns/report/parts[^"]*)">\s*([^<]*?)\s*</a>')
SUM = re.compile(r'<th scope="row">Sum</th>(.*?)</tr>', re.DOTALL)


def texts_in_sum(owner: FlaskClient, address: str) -> list[str]:
    answer = owner.get(address)
    assert answer.status_code == 200, address
    (cells,) = SUM.findall(answer.get_data(as_text=True))
    return re.findall(r'<td class="end number"[^>]*>([^<]*)</td>', cells)


def test_each_number_is_the_sum_of_the_parts_that_it_leads_to(owner: FlaskClient, app: Flask) -> None:
    today = clock.now().date()
    search = add_campaign(owner, "Search", channel="search", currency="EUR")
    second = add_campaign(owner, "Second", channel="search", currency="EUR")
    fair = add_campaign(owner, "Fair", channel="event", currency="USD")
    for back in (0, 1, 40):
        day = (today - timedelta(days=back)).isoformat()
        collected(owner, row(search, day, spend=12.5 + back, conversions=2, conversion_value=50))
        collected(owner, row(second, day, spend=3, clicks=7), source="meta_ads")
        collected(owner, row(fair, day, spend=300), source="manual")
        owner.post("/api/campaigns/aggregate", json={"month": day[:7]})
    for months in (1, 3):
        page = owner.get(f"/campaigns/report?months={months}").get_data(as_text=True)
        links = [(unescape(address), text) for address, text in LINK.findall(page)]
        assert len(links) > 20
        for address, text in links:
            assert text in texts_in_sum(owner, address), (months, address, text)
    tally = app.extensions["holdfast.db"].statistics.lookups()["campaign_report"]
    assert (tally.hits > 0, tally.misses, tally.ratio) == (True, 0, 1)
    deeper = f"/campaigns/report/parts?currency=EUR&campaign_id={search}&first=2020-01&last={today:%Y-%m}"
    assert f"/campaigns/{search}/days?month={today:%Y-%m}" in unescape(owner.get(deeper).text)
    collected(owner, row(search, today.isoformat(), spend=99))
    owner.get("/campaigns/report?months=1")
    assert app.extensions["holdfast.db"].statistics.lookups()["campaign_report"].misses == 1


def test_an_address_that_is_wrong_or_of_others_shows_no_figures(
    owner: FlaskClient, outsider: FlaskClient
) -> None:
    day = clock.now().date().isoformat()
    campaign = add_campaign(owner, currency="EUR")
    collected(owner, row(campaign, day))
    for address in (f"?currency=EUR&day={day}", f"?currency=EUR&campaign_id={campaign}", "?currency=EUR"):
        assert "Nothing was collected" in outsider.get(f"/campaigns/report/parts{address}").text
    assert "Spring" in owner.get(f"/campaigns/report/parts?currency=EUR&day={day}").text
    wrong = ("day=x", "first=2026-13", "channel=x", "campaign_id=0", "after=-1", "currency=EURO")
    for address in wrong:
        assert owner.get(f"/campaigns/report/parts?{address}").status_code == 422, address
    assert owner.get("/campaigns/report/parts?first=2026-05&last=2026-01&after=7").status_code == 200
