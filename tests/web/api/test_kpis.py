"""A batch of daily figures is stored whole, with its row in the log, or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm import clock
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.campaigns import add_campaign, collect, collected, day_of, last_month, row
from tests.support.cast import Cast

TABLES = ("daily_kpi_data", "daily_kpi_revisions", "collection_log", "kpi_months", "activities")


def state(db: Database, actor: Actor) -> dict[str, list[Any]]:
    def everything(tx: Transaction) -> dict[str, list[Any]]:
        return {
            table: sorted(tx.tuples(f"SELECT * FROM {table} WHERE workspace_id = :workspace_id"), key=repr)
            for table in TABLES
        }

    return db.read(everything, actor)


def test_the_same_batch_twice_changes_nothing_and_says_so(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    month = last_month()
    campaign = add_campaign(owner)
    rows = [row(campaign, day_of(month, day), conversions=0.25) for day in range(1, 29)]
    assert collected(owner, *rows) == [28, 28, 0, 0]
    before = state(db, cast.owner)
    assert collected(owner, *rows) == [28, 0, 0, 28]
    after = state(db, cast.owner)
    assert [name for name in TABLES if before[name] != after[name]] == ["collection_log"]


def test_a_corrected_day_keeps_the_earlier_figures(owner: FlaskClient, db: Database, cast: Cast) -> None:
    day = day_of(last_month(), 3)
    campaign = add_campaign(owner)
    for spend in (100, 110, 115):
        collected(owner, row(campaign, day, spend=spend))
    assert collected(owner, row(campaign, day, spend=115), source="other") == [1, 1, 0, 0]

    def spent(tx: Transaction) -> tuple[list[Any], list[Any]]:
        of = "WHERE workspace_id = :workspace_id AND source = 'google_ads'"
        now = tx.tuples(f"SELECT spend FROM daily_kpi_data {of}")
        return now, tx.tuples(f"SELECT spend FROM daily_kpi_revisions {of} ORDER BY id")

    assert db.read(spent, cast.owner) == ([(115_000_000,)], [(100_000_000,), (110_000_000,)])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"impressions": -1}, "impressions"),
        ({"clicks": -1}, "clicks"),
        ({"clicks": 1.5}, "clicks"),
        ({"clicks": True}, "clicks"),
        ({"clicks": 10**30}, "clicks"),
        ({"spend": -0.01}, "spend"),
        ({"spend": float("nan")}, "spend"),
        ({"spend": float("inf")}, "spend"),
        ({"spend": "NaN"}, "spend"),
        ({"spend": "1e400"}, "spend"),
        ({"spend": 0.0000001}, "spend"),
        ({"conversions": -1}, "conversions"),
        ({"conversion_value": float("-inf")}, "conversion_value"),
        ({"campaign_id": 999_999_999}, "campaign_id"),
        ({"campaign_id": 2**70}, "campaign_id"),
        ({"date": "2026-02-30"}, "date"),
        ({"currency": "XXY"}, "currency"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
def test_one_wrong_row_refuses_the_whole_batch_by_its_place(
    owner: FlaskClient, db: Database, cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    month = last_month()
    campaign = add_campaign(owner)
    before = state(db, cast.owner)
    rows = [row(campaign, day_of(month, day)) for day in (1, 2, 3)]
    rows[1] |= wrong
    answer = collect(owner, *rows)
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert [each["field"] for each in answer.get_json()["errors"]] == [f"rows.1.{field}"]
    assert state(db, cast.owner) == before


def test_a_day_is_refused_until_it_has_begun_somewhere(owner: FlaskClient) -> None:
    begun = (clock.now() + timedelta(hours=14)).date()
    campaign = add_campaign(owner)
    assert collected(owner, row(campaign, begun.isoformat())) == [1, 1, 0, 0]
    answer = collect(owner, row(campaign, (begun + timedelta(days=1)).isoformat()))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "rows.0.date"


def test_a_campaign_and_day_twice_in_a_batch_is_refused(owner: FlaskClient) -> None:
    day = day_of(last_month(), 3)
    campaign = add_campaign(owner)
    answer = collect(owner, row(campaign, day), row(campaign, day, spend=3))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "rows.1.date"


def test_another_workspace_s_campaign_is_as_one_that_there_is_not(
    owner: FlaskClient, outsider: FlaskClient
) -> None:
    campaign = add_campaign(owner)
    answer = collect(outsider, row(campaign, day_of(last_month(), 1)))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "rows.0.campaign_id"


def test_a_repeat_with_its_key_gets_the_same_answer(owner: FlaskClient) -> None:
    campaign = add_campaign(owner)
    body = {"source": "google_ads", "rows": [row(campaign, day_of(last_month(), 1))]}
    first, second = (
        owner.post("/api/kpis/daily", json=body, headers={"Idempotency-Key": "a"}) for _ in range(2)
    )
    assert (first.status_code, first.data) == (200, second.data)
    assert second.headers["Idempotency-Replayed"] == "true"


def test_ten_thousand_rows_go_in_one_call(owner: FlaskClient) -> None:
    campaigns = [add_campaign(owner, f"Campaign {number}") for number in range(5)]
    first = clock.now().date() - timedelta(days=2000)
    days = [(first + timedelta(days=number)).isoformat() for number in range(2000)]
    figures = {"conversions": 1.123456789, "conversion_value": 12345.678901, "extras": {"reach": 12345}}
    rows = [row(campaign, day, **figures) for campaign in campaigns for day in days]
    assert collected(owner, *rows) == [10_000, 10_000, 0, 0]
    answer = collect(owner, *rows, row(campaigns[0], "1999-01-01"))
    assert answer.status_code == 422
