"""Lists of leads by their campaigns: filtered, sorted and shown as by any other column, along indexes."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from tests.support.campaigns import add_campaign
from tests.support.cast import Cast
from tests.support.explaining import plans_of
from tests.support.leads import furnish


@pytest.fixture
def campaigns(owner: FlaskClient, db: Database, cast: Cast) -> dict[str, int]:
    furnish(db, cast.owner)
    made = {name: add_campaign(owner, name, utm_campaign=name) for name in ("Zinc", "Attic")}
    for title, told in (("first", "Zinc"), ("second", "Attic"), ("third", None), ("fourth", "Zinc")):
        answer = owner.post("/api/leads", json={"title": title, "utm_campaign": told})
        assert answer.status_code == 201
    return made


def titles(owner: FlaskClient, query: str) -> list[str]:
    return [each["title"] for each in owner.get(f"/api/leads?{query}").get_json()["data"]]


def where(**condition: Any) -> str:
    return "filter=" + quote(json.dumps({"all": [condition]}))


def test_leads_are_sorted_and_filtered_by_the_name_that_their_campaign_has_now(
    owner: FlaskClient, campaigns: dict[str, int]
) -> None:
    assert titles(owner, "sort=campaign") == ["third", "second", "first", "fourth"]
    assert titles(owner, "sort=-campaign") == ["fourth", "first", "second", "third"]
    first = owner.get("/api/leads?sort=campaign&limit=2").get_json()
    assert titles(owner, f"sort=campaign&cursor={first['page']['next']}") == ["first", "fourth"]
    zinc = campaigns["Zinc"]
    assert titles(owner, f"campaign_id={zinc}&sort=created_at") == ["first", "fourth"]
    assert titles(owner, "campaign=zi") == ["fourth", "first"]
    assert titles(owner, where(field="campaign_id", op="is", value=zinc)) == ["fourth", "first"]
    assert titles(owner, where(field="campaign", op="starts_with", value="att")) == ["second"]
    assert titles(owner, where(field="campaign", op="is_empty")) == ["third"]
    assert owner.patch(f"/api/campaigns/{zinc}", json={"name": "Aluminium"}).status_code == 200
    assert titles(owner, "sort=campaign") == ["third", "first", "fourth", "second"]


def test_the_list_shows_the_campaign_as_a_column_and_offers_it_as_a_filter(
    owner: FlaskClient, campaigns: dict[str, int]
) -> None:
    page = owner.get("/leads?columns=campaign&sort=campaign").get_data(as_text=True)
    assert f'href="/campaigns/{campaigns["Attic"]}">Attic</a>' in page and 'name="campaign"' in page
    assert "Campaign: zi" in owner.get("/leads?campaign=zi").get_data(as_text=True), "as a chip"
    assert owner.patch("/api/workspace", json={"module_campaigns": False}).status_code == 200
    page = owner.get("/leads?columns=campaign").get_data(as_text=True)
    assert "Attic" not in page and 'name="campaign"' not in page


@pytest.mark.parametrize(
    ("given", "sort", "index"),
    [
        ({}, "campaign", "lead_campaigns_by_name"),
        ({}, "-campaign", "lead_campaigns_by_name"),
        ({"campaign": "zi"}, "campaign", "lead_campaigns_by_name"),
        ({"campaign_id": 1}, "-created_at", "lead_campaigns_of"),
    ],
)
def test_lists_by_campaign_walk_along_an_index(
    db: Database, cast: Cast, given: dict[str, Any], sort: str, index: str
) -> None:
    plans = db.read(lambda tx: plans_of(tx, list_leads, LeadFilter(**given), sort=sort, limit=25), cast.owner)
    assert any(f"INDEX {index} " in plan for plan in plans), plans
    assert not any(step.startswith("SCAN l") for plan in plans for step in plan.splitlines())
