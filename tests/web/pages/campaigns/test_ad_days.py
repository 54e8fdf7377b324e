"""The days of one ad, or of one ad set, as chart and table."""

from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from crm.campaigns.arriving import collect_rows
from crm.campaigns.platform_rows import AdPart, PlatformRow
from crm.db.database import Database
from tests.support.campaigns import day_of, last_month
from tests.support.cast import Cast

RED, BLUE = AdPart("70", "Roofs", "700", "A red roof"), AdPart("70", "Roofs", "701", "A blue roof")


@pytest.fixture
def told(db: Database, cast: Cast) -> None:
    rows = [
        PlatformRow(
            date.fromisoformat(day_of(last_month(), day)),
            "7",
            "Spring",
            "EUR",
            spend=spend * 1_000_000,
            conversions=Decimal("0.5"),
            part=part,
        )
        for day, spend, part in ((1, 3141, RED), (1, 5171, BLUE), (3, 1213, RED))
    ]
    db.write(collect_rows, cast.owner, "meta_ads", rows)


def page_of(owner: FlaskClient, which: str) -> str:
    month = last_month()
    period = f"since={day_of(month, 1)}&until={day_of(month, 3)}"
    answer = owner.get(f"/campaigns/1/ads/days?{period}&{which}")
    assert answer.status_code == 200
    return answer.text


def test_an_ad_has_its_own_days(owner: FlaskClient, told: None) -> None:
    red, blue = page_of(owner, "ad_id=1"), page_of(owner, "ad_id=2")
    assert "A red roof" in red and "3,141" in red and "1,213" in red and "5,171" not in red
    assert "A blue roof" in blue and "5,171" in blue and "3,141" not in blue


def test_an_ad_set_has_the_sums_of_its_ads(owner: FlaskClient, told: None) -> None:
    page = page_of(owner, "ad_set_id=1")
    assert "Roofs" in page and "8,312" in page and "1,213" in page


def test_an_ad_of_nobody_is_not_found(owner: FlaskClient, told: None) -> None:
    for which in ("ad_id=99", "ad_set_id=99"):
        assert owner.get(f"/campaigns/1/ads/days?{which}").status_code == 404
