"""Every column can be filtered and sorted, by one description for API, pages, saved views and bulk."""

import html
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.clients.filters import ClientFilter
from crm.db.database import Database
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.leads.filters import BoardFilter, LeadFilter
from crm.web.lists.filters import CLIENT_FILTERS, LEAD_FILTERS, Field
from crm.web.lists.lead_address import COLUMNS
from tests.support.api import fields_of
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish, stages_of

QUARTER = "value_from=10000&won_from=2026-10-01&won_to=2026-12-31"


@pytest.fixture(autouse=True)
def leads(db: Database, cast: Cast, frozen_clock: FrozenClock) -> dict[str, int]:
    furnish(db, cast.owner)
    won = stages_of(db, cast.owner)["Won"].id
    frozen_clock.set(datetime(2026, 9, 30, 11, tzinfo=UTC))
    made = {"before": add_lead(db, cast.owner, title="before", value=20_000, stage_id=won)}
    frozen_clock.set(datetime(2026, 11, 20, 12, tzinfo=UTC))
    made["big"] = add_lead(db, cast.owner, title="big", value=10_000, stage_id=won)
    made["small"] = add_lead(db, cast.owner, title="small", value=9_999, stage_id=won)
    made["open"] = add_lead(db, cast.owner, title="open", value=50_000)
    return {name: lead.id for name, lead in made.items()}


def titles(client: FlaskClient, query: str) -> list[str]:
    return [lead["title"] for lead in client.get(f"/api/leads?{query}").get_json()["data"]]


def test_leads_over_an_amount_won_in_a_quarter_are_found_everywhere(
    owner: FlaskClient, leads: dict[str, int]
) -> None:
    assert titles(owner, QUARTER) == ["big"]
    assert owner.get(f"/api/leads/count?{QUARTER}").get_json()["data"]["total"] == 1
    page = text_of(owner.get(f"/leads?{QUARTER}"))
    assert ">big</a>" in page
    assert ">before</a>" not in page
    for chip in ("Value: from 10,000", "Won: from 1 Oct", "Won: up to 31 Dec"):
        assert f"<span>{chip}" in page
    assert 'href="/leads?won_from=2026-10-01&won_to=2026-12-31"' in page
    pipeline = owner.get("/api/pipelines").get_json()["data"][0]["id"]
    board = owner.get(f"/api/pipelines/{pipeline}/board?{QUARTER}").get_json()["data"]
    assert sum(stage["count"] for stage in board["stages"]) == 1
    assert "<span>Value: from 10,000" in text_of(owner.get(f"/board?{QUARTER}"))


def test_a_saved_view_and_a_change_of_all_that_match_keep_to_the_days(
    owner: FlaskClient, leads: dict[str, int]
) -> None:
    saved = owner.post("/api/views", json={"list": "leads", "name": "Quarter", "query": QUARTER})
    assert saved.status_code == 201, saved.get_data(as_text=True)
    assert saved.get_json()["data"]["query"] == QUARTER
    owner.post(f"/leads/bulk?{QUARTER}", data={"all": "1", "change": "tag:won"})
    assert titles(owner, "tag=won") == ["big"]


def test_the_trash_is_no_filter_of_a_page(owner: FlaskClient, leads: dict[str, int]) -> None:
    owner.delete(f"/api/leads/{leads['big']}")
    assert titles(owner, "deleted=true") == ["big"]
    assert ">big</a>" not in text_of(owner.get("/leads?deleted=true"))
    assert fields_of(
        owner.post("/api/views", json={"list": "leads", "name": "x", "query": "deleted=true"})
    ) == {"query"}


@pytest.mark.parametrize("name", ["won_from", "closed_to", "created_from", "updated_to", "closes_from"])
@pytest.mark.parametrize("day", ["soon", "1969-12-31", "9999-12-31", "2026-02-30", "1767225600"])
def test_what_is_no_day_is_refused_by_its_field(owner: FlaskClient, name: str, day: str) -> None:
    assert fields_of(owner.get(f"/api/leads?{name}={day}")) == {name}
    assert owner.get(f"/leads?{name}={day}").status_code == 422


def orders(sorts: Any) -> list[str]:
    return [f"{sign}{name}" for name, sort in sorts.items() if not sort.of_trash for sign in ("", "-")]


def test_every_order_goes_through_every_filter_of_leads(owner: FlaskClient, leads: dict[str, int]) -> None:
    for sort in orders(LEAD_SORTS):
        assert sorted(titles(owner, f"sort={sort}")) == ["before", "big", "open", "small"], sort
        assert titles(owner, f"sort={sort}&{QUARTER}") == ["big"], sort
        first = owner.get(f"/api/leads?sort={sort}&limit=3").get_json()
        rest = owner.get(f"/api/leads?sort={sort}&limit=3&cursor={first['page']['next']}").get_json()
        assert len({lead["id"] for lead in first["data"] + rest["data"]}) == 4, sort


def test_every_order_goes_through_the_clients(owner: FlaskClient, db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, name="Anna", email="b@example.org", tags=["x"])
    add_client(db, cast.owner, name="Bert", email="a@example.org", owner_id=cast.owner.user_id)
    for sort in orders(CLIENT_SORTS):
        first = owner.get(f"/api/clients?sort={sort}&limit=1&created_from=2026-11-01").get_json()
        rest = owner.get(f"/api/clients?sort={sort}&limit=1&cursor={first['page']['next']}").get_json()
        assert {each["name"] for each in first["data"] + rest["data"]} == {"Anna", "Bert"}, sort
    for sort, name in {"email": "Bert", "-tags": "Anna", "-owner": "Bert"}.items():
        assert owner.get(f"/api/clients?sort={sort}").get_json()["data"][0]["name"] == name, sort


def names_in(fields: tuple[Field, ...]) -> set[str]:
    return {name for field in fields for name in field.parameters}


def test_each_filter_of_the_api_is_one_of_the_page_and_each_column_sorts(owner: FlaskClient) -> None:
    assert names_in(CLIENT_FILTERS) == ClientFilter.model_fields.keys() - {"deleted", "filter"}
    assert names_in(LEAD_FILTERS) == LeadFilter.model_fields.keys() - {"deleted", "filter"}
    assert BoardFilter.model_fields.keys() < LeadFilter.model_fields.keys()
    assert COLUMNS.keys() <= LEAD_SORTS.keys()
    page = text_of(owner.get("/leads?columns=" + ",".join(COLUMNS)))
    for column in ("title", *COLUMNS):
        assert f"sort={column}&" in page or f'sort={column}"' in page, column
    at_hand = tuple(field for field in LEAD_FILTERS if not field.by_link)
    for name in names_in(at_hand) - {"pipeline_id", "tag"}:
        assert f'name="{name}"' in page, name


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))
