import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import fields_of, problem_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish, put_card, stages_of


def test_the_report_counts_the_workspace_s_own_leads(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.outsider)
    add_lead(db, cast.outsider, value=7, stage_id=stages_of(db, cast.outsider)["Won"].id)
    furnish(db, cast.owner)
    stages = stages_of(db, cast.owner)
    add_lead(db, cast.owner, value=10)
    won = add_lead(db, cast.owner, value=150000.5, owner_id=cast.owner.user_id)
    frozen_clock.advance(days=2)
    put_card(db, cast.owner, won.id, stages["Won"])

    report = owner.get("/api/reports/leads?months=1").get_json()["data"]

    assert [(step["name"], step["reached"]) for step in report["funnel"]][:2] == [
        ("New", 2),
        ("Contacted", 1),
    ]
    assert report["funnel"][-1]["name"] == "Won"
    assert [(each["currency"], each["leads"], each["value"]) for each in report["won_by_month"]] == [
        ("USD", 1, 150000.5)
    ]
    assert [(each["owner_id"], each["label"]) for each in report["won_by_owner"]] == [
        (cast.owner.user_id, "Owner")
    ]
    assert report["time_in_stage"][0]["days"] == pytest.approx(2)


def test_a_report_of_another_workspace_s_pipeline_is_not_there(
    owner: FlaskClient, outsider: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.outsider)
    pipeline = furnish(db, cast.owner)
    assert owner.get(f"/api/reports/leads?pipeline_id={pipeline.id}").status_code == 200
    problem_of(outsider.get(f"/api/reports/leads?pipeline_id={pipeline.id}"), 404)


@pytest.mark.parametrize(
    "asked",
    [
        "months=0",
        "months=61",
        "months=x",
        "pipeline_id=-1",
        "span=3",
        "owner_id=-1",
        "since=2026-13-01",
        "until=1969-01-01",
        "until=2026-01-01&since=2026-02-01",
    ],
)
def test_a_report_that_cannot_be_names_the_field(owner: FlaskClient, asked: str) -> None:
    assert fields_of(owner.get(f"/api/reports/leads?{asked}")) == {asked.partition("=")[0]}


def test_the_figures_are_those_of_the_owner_and_the_days_that_are_asked_for(
    owner: FlaskClient, db: Database, cast: Cast, frozen_clock: FrozenClock
) -> None:
    furnish(db, cast.owner)
    stages = stages_of(db, cast.owner)
    add_lead(db, cast.owner, value=200, owner_id=cast.owner.user_id)
    for stage, value in (("Won", 40), ("Lost", 8)):
        lead = add_lead(db, cast.owner, value=value, currency="EUR", owner_id=cast.colleague.user_id)
        put_card(db, cast.owner, lead.id, stages[stage])
    asked = f"/api/reports/leads?owner_id={cast.colleague.user_id}&since=2026-11-01&until=2026-11-30"
    report = owner.get(asked).get_json()["data"]
    assert report["figures"] == [
        {
            "currency": "USD",
            "open_leads": 0,
            "open_value": 0,
            "weighted_value": 0,
            "won_leads": 0,
            "won_value": 0,
        },
        {
            "currency": "EUR",
            "open_leads": 0,
            "open_value": 0,
            "weighted_value": 0,
            "won_leads": 1,
            "won_value": 40,
        },
    ]
    assert report["win_rate"] == {"won": 1, "lost": 1, "per_cent": 50.0}
    assert (report["since"], report["until"]) == ("2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z")
    earlier = owner.get("/api/reports/leads?until=2026-10-31").get_json()["data"]
    assert earlier["win_rate"] == {"won": 0, "lost": 0, "per_cent": None}
    [usual, _euro] = earlier["figures"]
    assert usual["open_value"] == 200 and usual["weighted_value"] == 200 * stages["New"].probability / 100
