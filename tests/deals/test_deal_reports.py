"""The report on deals: sums by state, and for admins the gross of deliveries by month and salesperson."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.deals.test_deals import data, deal, post, vehicle
from tests.support.api import problem_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock

MONEY = ("deals", "total", "gross_front", "gross_back")


def delivered(owner: FlaskClient, **given: Any) -> Any:
    made = deal(owner, client={"name": "Ada"}, **given)
    for step in ("submit", "approve", "deliver"):
        post(owner, f"/api/deals/{made['id']}/{step}")
    return made


def sums(rows: list[Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


@pytest.fixture
def sold(owner: FlaskClient, cast: Cast, frozen_clock: FrozenClock) -> dict[str, Any]:
    """Three in October, of which one came back, and one in November; others are on the way."""
    frozen_clock.set(datetime(2026, 10, 15, 12, tzinfo=UTC))
    fees = {"price": 10_000, "cost": 8_000, "fees": [{"title": "Plates", "amount": 100, "cost": 40}]}
    first = delivered(owner, currency="USD", scenario=fees)
    other = delivered(owner, salesperson_id=cast.colleague.user_id, currency="USD", scenario={"price": 500})
    back = delivered(owner, currency="USD", scenario={"price": 7_000})
    post(owner, f"/api/deals/{back['id']}/return", reason="Rust")
    frozen_clock.set(datetime(2026, 11, 10, 12, tzinfo=UTC))
    second = delivered(owner, vehicle_id=vehicle(owner, currency="USD"))
    deal(owner, currency="USD", scenario={"price": 300})
    deal(owner, currency="EUR", salesperson_id=None, scenario={"price": 200})
    return {"first": first, "other": other, "second": second}


def test_deals_are_summed_by_state_month_and_salesperson(
    owner: FlaskClient, cast: Cast, sold: dict[str, Any]
) -> None:
    report = data(owner, "/api/reports/deals?months=2")
    assert sums(report["by_state"], "state", "currency", "deals", "total") == [
        ("draft", "EUR", 1, 200), ("draft", "USD", 1, 300), ("delivered", "USD", 4, 32_600),
    ]  # fmt: skip
    assert sums(report["gross_by_month"], "label", *MONEY) == [
        ("2026-10", 2, 10_600, 2_500, 60), ("2026-11", 1, 15_000, 3_000, 0),
    ]  # fmt: skip
    assert sums(report["gross_by_salesperson"], "label", "salesperson_id", *MONEY) == [
        ("Owner", cast.owner.user_id, 2, 25_100, 5_000, 60),
        ("Colleague", cast.colleague.user_id, 1, 500, 500, 0),
    ]
    own = data(owner, f"/api/reports/deals?salesperson_id={cast.colleague.user_id}")
    assert sums(own["by_state"], "deals", "total") == [(1, 500)]
    assert [each["label"] for each in own["gross_by_salesperson"]] == ["Colleague"]
    nobody = data(owner, "/api/reports/deals?salesperson_id=0")
    assert sums(nobody["by_state"], "currency", "deals") == [("EUR", 1)] and nobody["gross_by_month"] == []
    days = data(owner, "/api/reports/deals?since=2026-11-01&until=2026-11-30")
    assert sums(days["gross_by_month"], "label", "deals") == [("2026-11", 1)]


def test_who_does_not_see_costs_gets_no_gross_on_any_way(
    owner: FlaskClient, seller: FlaskClient, outsider: FlaskClient, sold: dict[str, Any]
) -> None:
    report = data(seller, "/api/reports/deals")
    assert report["by_state"] and report["gross_by_month"] is None and report["gross_by_salesperson"] is None
    page = seller.get("/reports/deals").get_data(as_text=True)
    assert "Gross" not in page and "Delivered" in page
    assert "Gross by month" in owner.get("/reports/deals").get_data(as_text=True)
    for path in ("/reports/deals/csv", "/api/reports/deals/csv"):
        assert "month" not in seller.get(path).get_data(as_text=True)
    assert data(outsider, "/api/reports/deals")["by_state"] == []


def test_the_file_has_the_same_sums(owner: FlaskClient, sold: dict[str, Any]) -> None:
    report = data(owner, "/api/reports/deals?months=2")
    answer = owner.get("/api/reports/deals/csv?months=2")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    months = [row for row in rows if row["report"] == "month"]
    assert [tuple(float(row[name]) for name in MONEY) for row in months] == sums(
        report["gross_by_month"], *MONEY
    )
    assert [row["label"] for row in rows if row["report"] == "state"] == ["draft", "draft", "delivered"]
    page = owner.get("/reports/deals/csv?months=2")
    assert page.get_data() == answer.get_data()
    semicolons = owner.get("/api/reports/deals/csv?separator=semicolon").get_data(as_text=True)
    assert semicolons.startswith("\ufeffreport;label")


@pytest.mark.parametrize(
    "asked", ["months=0", "salesperson_id=x", "since=2026-02-30", "until=2026-01-01&since=2026-02-01"]
)
def test_a_wrong_period_is_named(owner: FlaskClient, asked: str) -> None:
    problem_of(owner.get(f"/api/reports/deals?{asked}"), 422)
    page = owner.get(f"/reports/deals?{asked}")
    assert page.status_code == 422 and "<h1>Reports" in page.get_data(as_text=True)
