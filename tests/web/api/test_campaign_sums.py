"""The sums of a month are those of its days, and say which are missing."""

import time
from datetime import date

import pytest
from flask.testing import FlaskClient

from crm.campaigns.months import first_and_last_day
from crm.web.api import campaign_sums
from tests.support.api import problem_of
from tests.support.campaigns import add_campaign, collected, day_of, last_month, row


def summaries(owner: FlaskClient, campaign: int) -> list[dict[str, object]]:
    answer = owner.get(f"/api/campaigns/{campaign}/summaries")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, object]] = answer.get_json()["data"]
    return found


def aggregate(owner: FlaskClient, month: str) -> dict[str, object]:
    answer = owner.post("/api/campaigns/aggregate", json={"month": month})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, object] = answer.get_json()["data"]
    return found


def test_a_month_has_the_sums_of_its_days_and_names_those_that_are_missing(owner: FlaskClient) -> None:
    month = last_month()
    last = date.fromisoformat(first_and_last_day(month)[1]).day
    campaign, other = add_campaign(owner), add_campaign(owner, "Autumn", start_date=day_of(month, 10))
    figures = {"spend": 0.1, "conversions": 0.25, "conversion_value": 1.2}
    collected(owner, *(row(campaign, day_of(month, day), **figures) for day in range(3, last + 1)))
    collected(owner, row(campaign, day_of(month, 3), impressions=0, clicks=5, spend=1), source="ga4")
    collected(owner, row(other, day_of(month, 10), impressions=0, clicks=0, spend=0))
    assert aggregate(owner, month)["stale"] is False
    (found,) = summaries(owner, campaign)
    days = last - 2
    assert found["month"] == month
    assert found["missing_days"] == [day_of(month, 1), day_of(month, 2)]
    assert (found["impressions"], found["clicks"]) == (100 * days, 10 * days + 5)
    assert found["spend"] == round(1 + days * 0.1, 6)
    assert (found["conversions"], found["conversion_value"]) == (days * 0.25, round(days * 1.2, 6))
    assert found["ctr"] == round((10 * days + 5) / (100 * days), 6)
    sources = found["sources"]
    assert isinstance(sources, list)
    assert [each["source"] for each in sources] == ["ga4", "google_ads"]
    (nothing,) = summaries(owner, other)
    rates = [nothing[name] for name in ("ctr", "cpc", "cpm", "cpa", "conversion_rate", "roas")]
    assert rates == [None] * 6
    assert nothing["missing_days"] == [day_of(month, day) for day in range(11, last + 1)]


def test_late_days_make_a_month_stale_until_it_is_summed_again(owner: FlaskClient) -> None:
    month, campaign = last_month(), add_campaign(owner)
    for spend, expected in ((100, 100), (110, 110), (115, 115)):
        collected(owner, row(campaign, day_of(month, 4), spend=spend))
        assert owner.get(f"/api/campaigns/aggregate/{month}").get_json()["data"]["stale"] is True
        aggregate(owner, month)
        (found,) = summaries(owner, campaign)
        assert (found["spend"], found["stale"]) == (expected, False)
    (day,) = owner.get(f"/api/campaigns/{campaign}/daily?month={month}").get_json()["data"]
    assert (day["spend"], [each["spend"] for each in day["earlier"]]) == (115, [100, 110])


def test_currencies_stand_beside_each_other(owner: FlaskClient) -> None:
    month, campaign = last_month(), add_campaign(owner, currency="EUR")
    collected(
        owner, row(campaign, day_of(month, 1), spend=5), row(campaign, day_of(month, 2), currency="USD")
    )
    aggregate(owner, month)
    found = {each["currency"]: each["spend"] for each in summaries(owner, campaign)}
    assert found == {"EUR": 5, "USD": 2.5}


def test_what_is_no_month_is_refused(owner: FlaskClient) -> None:
    for month in ("2026-13", "2026-1", "2026", "", None, 7, "2026-10-01", "२०२६-10"):
        refused = problem_of(owner.post("/api/campaigns/aggregate", json={"month": month}), 422)
        assert [each["field"] for each in refused["errors"]] == ["month"]
    assert owner.get("/api/campaigns/aggregate/2026-99").status_code == 422
    assert aggregate(owner, "2001-01")["rows"] == 0
    assert owner.get("/api/campaigns/999/summaries").status_code == 404


def test_days_of_the_trash_still_count_and_are_shown_again(owner: FlaskClient) -> None:
    month, campaign = last_month(), add_campaign(owner)
    collected(owner, row(campaign, day_of(month, 1)))
    owner.delete(f"/api/campaigns/{campaign}")
    assert aggregate(owner, month)["campaigns"] == 1
    assert owner.get(f"/api/campaigns/{campaign}/summaries").status_code == 404
    owner.post(f"/api/campaigns/{campaign}/restore")
    assert len(summaries(owner, campaign)) == 1


def test_a_month_that_takes_longer_goes_on_by_itself_and_says_where_to_ask(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    month, campaign = last_month(), add_campaign(owner)
    collected(owner, row(campaign, day_of(month, 1)))
    monkeypatch.setattr(campaign_sums, "PATIENCE_SECONDS", 0)
    answer = owner.post("/api/campaigns/aggregate", json={"month": month})
    assert answer.status_code == 202, answer.get_data(as_text=True)
    assert answer.headers["Location"].endswith(f"/api/campaigns/aggregate/{month}")
    deadline = time.monotonic() + 30
    while owner.get(answer.headers["Location"]).get_json()["data"]["stale"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert summaries(owner, campaign)[0]["spend"] == 2.5
