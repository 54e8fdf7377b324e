"""A follower of the change feed learns of each record that goes with a person, and of what pointed to it."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.activity.chain import verify_chain
from crm.appliance.erasing import erase_lead
from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.erasing import Person, add_person, erase_by_api
from tests.web.api.test_changes import cursor_of, events_of, post
from tests.web.api.test_folded_feed import same

PATHS = {
    "client": "clients", "lead": "leads", "note": "notes", "call": "notes", "task": "tasks", "file": "files",
    "conversation": "conversations", "saved_view": "views", "quote": "quotes",
}  # fmt: skip


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Any:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def web(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


@pytest.fixture
def person(db: Database, settings: Settings, cast: Cast, web: FlaskClient) -> Person:
    person = add_person(db, settings, cast.owner, web)
    post(web, "/api/quotes", client_id=person.client_id, lines=[{"title": "Tea", "unit_price": 5}])
    return person


def live(web: FlaskClient, told: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Of the records that were told of, those that the API answers."""
    return {
        (kind, each)
        for kind, each in told
        if kind in PATHS and web.get(f"/api/{PATHS[kind]}/{each}").status_code == 200
    }


def records_of(events: list[dict[str, Any]], *verbs: str) -> set[tuple[str, int]]:
    return {(each["kind"], each["id"]) for each in events if not verbs or each["verb"] in verbs}


def test_each_record_that_goes_with_a_person_is_an_event(
    web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    told, since = records_of(events_of(web)), cursor_of(web)
    there = live(web, told)
    assert erase_by_api(web, person.client_id).status_code == 200
    events = events_of(web, since)
    erased = records_of(events, "erased")
    gone = there - live(web, told)
    assert {kind for kind, _ in gone} == PATHS.keys()
    assert gone <= erased and {("client", person.merged_id), ("message", 1)} <= erased
    assert erased <= told and not erased & live(web, told), "nothing else is told to be erased"
    assert (events[-1]["kind"], events[-1]["id"]) == ("client", person.client_id)
    assert [each["after"] for each in events[:-1] if each["verb"] == "erased"] == [{}] * (len(erased) - 1)
    assert db.read(verify_chain, cast.owner).complete


def test_a_lead_that_a_rule_erases_goes_with_its_notes(
    web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    since = cursor_of(web)
    db.write(erase_lead, cast.owner, person.lead_id, "lost_leads_days")
    events = events_of(web, since)
    assert {kind for kind, _ in records_of(events, "erased")} == {"lead", "note"}
    assert events[-1]["after"]["rule"] == "lost_leads_days"
    assert db.read(verify_chain, cast.owner).complete


def test_who_worked_at_an_erased_company_is_told_to_work_there_no_more(web: FlaskClient) -> None:
    firm, other = (post(web, "/api/clients", name=name, kind="company")["id"] for name in ("Firm", "Other"))
    ada = post(web, "/api/clients", name="Ada", companies=[{"company_id": firm}, {"company_id": other}])["id"]
    bob = post(web, "/api/clients", name="Bob", companies=[{"company_id": other}, {"company_id": firm}])["id"]
    since = cursor_of(web)
    assert erase_by_api(web, firm).status_code == 200
    changed = {each["id"]: each for each in events_of(web, since) if each["verb"] == "changed"}
    assert changed.keys() == {ada, bob}
    for client_id, event in changed.items():
        shown = web.get(f"/api/clients/{client_id}").get_json()["data"]
        assert {"companies"} <= event["after"].keys() and event["after"] != event["before"]
        assert all(same(shown[name], value) for name, value in event["after"].items())


def test_the_history_has_one_line_for_all_that_went_and_offers_no_undo(
    web: FlaskClient, person: Person
) -> None:
    assert erase_by_api(web, person.client_id).status_code == 200
    page = web.get("/activity").get_data(as_text=True)
    assert page.count("erased a person for good") == 1 and page.count("was erased with the one") == 1
