"""What a source does not tell is none, not 0: stored, corrected, summed up, reported and typed."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient

from crm.campaigns.arriving import collect_rows
from crm.campaigns.platform_rows import PlatformRow
from crm.db.database import Database
from tests.support.campaigns import add_campaign, collected, day_of, last_month, row
from tests.support.cast import Cast
from tests.support.page_forms import forms_of


def days(owner: FlaskClient, campaign: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = owner.get(
        f"/api/campaigns/{campaign}/daily?month={last_month()}"
    ).get_json()["data"]
    return found


def summary(owner: FlaskClient, campaign: int) -> dict[str, Any]:
    owner.post("/api/campaigns/aggregate", json={"month": last_month()})
    (found,) = owner.get(f"/api/campaigns/{campaign}/summaries").get_json()["data"]
    return dict(found)


def test_none_stays_none_from_the_row_to_the_report(owner: FlaskClient) -> None:
    day, campaign = day_of(last_month(), 1), add_campaign(owner, currency="EUR")
    visits = {"impressions": None, "clicks": 40, "spend": None, "conversions": 2, "conversion_value": None}
    assert collected(owner, row(campaign, day, **visits), source="ga4") == [1, 1, 0, 0]
    assert collected(owner, row(campaign, day, **visits), source="ga4") == [1, 0, 0, 1]
    (stored,) = days(owner, campaign)
    assert {name: stored[name] for name in visits} == visits
    found = summary(owner, campaign)
    assert {name: found[name] for name in visits} == visits
    assert {name: found[name] for name in visits} == {name: found["sources"][0][name] for name in visits}
    rates = ("ctr", "cpc", "cpm", "cpa", "conversion_rate", "roas")
    assert [found[name] for name in rates] == [None, None, None, None, 0.05, None]
    text = owner.get("/campaigns/report/csv?months=2").get_data(as_text=True).removeprefix("\ufeff")
    for line in csv.DictReader(io.StringIO(text)):
        if line["report"] in {"all", "channel", "campaign"} or line["label"] == day:
            assert [line[name] for name in ("clicks", "spend", "conversion_value")] == ["40", "", ""], line
    for page in (f"/campaigns/{campaign}", f"/campaigns/{campaign}/days?month={day[:7]}"):
        assert "€0.00" not in owner.get(page).text and "–" in owner.get(page).text
    assert collected(owner, row(campaign, day, **{**visits, "spend": 0}), source="ga4") == [1, 0, 1, 0]
    (stored,) = days(owner, campaign)
    assert (stored["spend"], stored["earlier"][0]["spend"]) == (0, None)
    assert summary(owner, campaign)["spend"] == 0


def test_a_sum_is_of_what_is_told_by_any_source(owner: FlaskClient) -> None:
    month, campaign = last_month(), add_campaign(owner)
    collected(owner, row(campaign, day_of(month, 1), spend=None), row(campaign, day_of(month, 2), spend=3))
    collected(owner, row(campaign, day_of(month, 1), spend=None, clicks=None), source="ga4")
    found = summary(owner, campaign)
    assert (found["spend"], found["clicks"]) == (3, 20)
    assert [each["spend"] for each in found["sources"]] == [None, 3]


def test_what_arrives_from_a_platform_without_a_figure_has_none(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    told = PlatformRow(
        date.fromisoformat(day_of(last_month(), 1)), campaign="Spring", clicks=4, conversions=Decimal("0.5")
    )
    db.write(collect_rows, cast.owner, "ga4", [told])
    found = summary(owner, owner.get("/api/campaigns").get_json()["data"][0]["id"])
    told_back = [found[name] for name in ("clicks", "conversions", "spend", "impressions")]
    assert told_back == [4, 0.5, None, None]


def test_an_empty_cell_of_the_grid_is_none(owner: FlaskClient) -> None:
    campaign, day = add_campaign(owner), day_of(last_month(), 1)
    address = f"/campaigns/{campaign}/days?month={day[:7]}"
    owner.post(address, data={f"{day}-spend": "12.5", f"{day}-clicks": "0"})
    (stored,) = days(owner, campaign)
    assert (stored["spend"], stored["clicks"], stored["conversions"]) == (12.5, 0, None)
    (form,) = [each for each in forms_of(owner.get(address).text) if f"{day}-spend" in each.values]
    assert (form.values[f"{day}-clicks"], form.values[f"{day}-conversions"]) == ("0", "")
