"""A file is imported as people chose, each row once; problems are reported, and all of it can be undone."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.imports.conftest import SAMPLES
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import Stages

PEOPLE = (
    b"Name,Email,Phone,Company,Tags\n"
    b"Ada Probe,ada@example.com,+44 7700 900801,Probe Ltd,VIP\n"
    b"Bo Test,bo@example.com,,Probe Ltd,\n"
)


@pytest.fixture
def app(settings: Settings, cast: Cast, stages: Stages) -> Iterator[Flask]:
    with running_app(settings) as running:
        yield running


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


def bring(client: FlaskClient, content: bytes, name: str = "people.csv", **options: str) -> dict[str, Any]:
    answer = client.post("/api/imports", data={"file": (BytesIO(content), name), **options})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, Any] = answer.get_json()["data"]
    return made


def confirm(client: FlaskClient, made: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/imports/{made['id']}/confirm")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    done: dict[str, Any] = answer.get_json()["data"]
    return done


def clients(client: FlaskClient) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in client.get("/api/clients?limit=200").get_json()["data"]}


def counts(done: dict[str, Any]) -> list[int]:
    return [done[name] for name in ("created", "updated", "skipped", "left_out")]


def test_nothing_goes_in_before_it_is_confirmed_and_then_all_of_it(owner: FlaskClient) -> None:
    made = bring(owner, PEOPLE)
    assert (made["state"], made["total"], made["detected"]["delimiter"]) == ("ready", 2, ",")
    assert [column["field"] for column in made["columns"]] == ["name", "email", "phone", "company", "tags"]
    assert made["plan"]["new"] == {
        "companies": {"count": 1, "first": ["Probe Ltd"]}, "tags": {"count": 1, "first": ["VIP"]},
    }  # fmt: skip
    assert clients(owner) == {}
    done = confirm(owner, made)
    assert (done["state"], counts(done)) == ("done", [2, 0, 0, 0])
    found = clients(owner)
    assert found.keys() == {"Ada Probe", "Bo Test", "Probe Ltd"}
    assert (found["Ada Probe"]["phone"], found["Ada Probe"]["tags"]) == ("+447700900801", ["VIP"])
    assert found["Bo Test"]["company_id"] == found["Probe Ltd"]["id"]


def test_the_same_file_twice_changes_nothing(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, PEOPLE))
    before = clients(owner)
    again = bring(owner, PEOPLE)
    assert again["plan"]["skipped"] == 2 and again["plan"]["new"] == {}
    assert counts(confirm(owner, again)) == [0, 0, 2, 0]
    assert clients(owner) == before


def test_an_update_fills_what_is_empty_and_overwrites_when_asked(owner: FlaskClient) -> None:
    confirm(owner, bring(owner, PEOPLE))
    changed = b"Name,Email,City,Phone\nBo Other,bo@example.com,Testville,+44 7700 900899\n"
    done = confirm(owner, bring(owner, changed, duplicates="update"))
    assert counts(done) == [0, 1, 0, 0]
    bo = clients(owner)["Bo Test"]
    assert (bo["city"], bo["phone"]) == ("Testville", "+447700900899")
    confirm(owner, bring(owner, changed, duplicates="update", overwrite="true"))
    assert "Bo Other" in clients(owner)


def test_add_adds_and_a_row_that_repeats_another_is_one(owner: FlaskClient) -> None:
    twice = PEOPLE + b"Ada Probe,ada@example.com,+44 7700 900801,Probe Ltd,VIP\n"
    done = confirm(owner, bring(owner, twice, duplicates="add"))
    assert counts(done) == [2, 0, 0, 1]
    assert counts(confirm(owner, bring(owner, PEOPLE, duplicates="add"))) == [2, 0, 0, 0]


def test_undo_takes_back_the_whole_and_leaves_what_was_edited(owner: FlaskClient) -> None:
    done = confirm(owner, bring(owner, PEOPLE))
    ada = clients(owner)["Ada Probe"]
    owner.patch(f"/api/clients/{ada['id']}", json={"city": "Elsewhere"})
    answer = owner.post(f"/api/imports/{done['id']}/undo").get_json()["data"]
    assert answer["state"] == "undone"
    assert clients(owner).keys() <= {"Ada Probe", "Probe Ltd"} and "Bo Test" not in clients(owner)
    assert counts(confirm(owner, bring(owner, PEOPLE)))[0] >= 1


def test_an_undone_import_leaves_no_client_and_can_come_again(owner: FlaskClient) -> None:
    done = confirm(owner, bring(owner, PEOPLE))
    assert owner.post(f"/api/imports/{done['id']}/undo").get_json()["data"]["state"] == "undone"
    assert clients(owner) == {}
    assert owner.post(f"/api/imports/{done['id']}/undo").status_code == 409
    assert counts(confirm(owner, bring(owner, PEOPLE))) == [2, 0, 0, 0]


def test_a_mapping_is_changed_checked_and_remembered(owner: FlaskClient) -> None:
    strange = b"A;B;C\nAda Probe;ada@example.com;Testville\n"
    made = bring(owner, strange)
    assert [column["field"] for column in made["columns"]] == ["extra"] * 3
    assert owner.post(f"/api/imports/{made['id']}/confirm").status_code == 422
    columns = [
        {"column": 0, "field": "name"},
        {"column": 1, "field": "email"},
        {"column": 2, "field": "city"},
    ]
    answer = owner.put(f"/api/imports/{made['id']}/mapping", json={"columns": columns})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert counts(confirm(owner, answer.get_json()["data"])) == [1, 0, 0, 0]
    assert clients(owner)["Ada Probe"]["city"] == "Testville"
    assert [column["field"] for column in bring(owner, strange)["columns"]] == ["name", "email", "city"]


def test_a_mapping_that_does_not_fit_is_refused_by_name(owner: FlaskClient) -> None:
    made = bring(owner, PEOPLE)
    path = f"/api/imports/{made['id']}/mapping"
    for columns in (
        [{"column": 0, "field": "nothing"}],
        [{"column": 0, "field": "name"}, {"column": 1, "field": "name"}],
        [{"column": 99, "field": "name"}],
        [{"column": 0, "field": "city"}],
        [{"column": 0, "field": "lead_title"}],
    ):
        assert owner.put(path, json={"columns": columns}).status_code == 422, columns


def test_a_bad_cell_is_reported_and_corrected_or_left_empty(owner: FlaskClient) -> None:
    made = bring(owner, b"Name,Email,Phone\nAda,ada@,12\nBo,bo@example.com,4.9E+11\n,,\n")
    reported = [(each["row"], each["header"], each["value"]) for each in made["problems"]]
    assert reported == [(2, "Email", "ada@"), (2, "Phone", "12"), (3, "Phone", "4.9E+11")]
    path = f"/api/imports/{made['id']}/mapping"
    corrected = owner.put(path, json={"corrections": [{"row": 2, "column": 1, "value": "ada@example.com"}]})
    assert [each["header"] for each in corrected.get_json()["data"]["problems"]] == ["Phone", "Phone"]
    done = confirm(owner, made)
    assert counts(done) == [2, 0, 0, 0] and done["problem_count"] == 2
    assert clients(owner)["Ada"]["email"] == "ada@example.com"


def test_how_a_file_is_read_can_be_changed(owner: FlaskClient) -> None:
    made = bring(owner, "Name;Ort\nJörg;Köln\n".encode("cp1252"))
    assert made["detected"]["encoding"] == "cp1252"
    options = {"encoding": "cp1251", "header_row": 0}
    answer = owner.put(f"/api/imports/{made['id']}/mapping", json={"options": options}).get_json()["data"]
    assert (answer["detected"]["encoding"], answer["total"]) == ("cp1251", 2)


def test_leads_come_with_their_clients_pipelines_and_stages(owner: FlaskClient) -> None:
    deals = (SAMPLES / "pipedrive_deals.csv").read_bytes()
    made = bring(owner, deals, records="leads")
    assert made["plan"]["created"] == 3 and "Sam Sales" in made["plan"]["unmatched_owners"]
    done = confirm(owner, made)
    assert counts(done) == [3, 0, 0, 0]
    leads = {each["title"]: each for each in owner.get("/api/leads").get_json()["data"]}
    assert (leads["Fleet of 3 vans"]["value"], leads["Fleet of 3 vans"]["stage_name"]) == (
        45000,
        "Proposal Made",
    )
    assert leads["Fleet of 3 vans"]["tags"] == ["Fleet", "Hot"]
    assert (leads["Winter tyres"]["value"], leads["Winter tyres"]["status"]) == (1249.5, "won")
    assert leads["Lost one"]["lost_reason"] == "Price too high; bought elsewhere"
    assert clients(owner).keys() == {"Ada Probe", "Bo Test", "Probe GmbH"}
    emails = clients(owner)["Ada Probe"]["emails"]
    assert [each["email"] for each in emails] == ["ada@example.com", "ada2@example.com"]
    assert counts(confirm(owner, bring(owner, deals, records="leads"))) == [0, 0, 3, 0]
    owner.post(f"/api/imports/{done['id']}/undo")
    assert owner.get("/api/leads").get_json()["data"] == [] and clients(owner) == {}


RECORDS_OF = {
    "pipedrive_deals.csv": "leads",
    "espocrm_leads.csv": "leads",
    "google_vehicle_listing.xml": "vehicles",
    "meta_automotive.csv": "vehicles",
}


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir() if path.is_file()))
def test_every_sample_goes_in_and_comes_out_again(owner: FlaskClient, name: str) -> None:
    records = RECORDS_OF.get(name, "clients")
    done = confirm(owner, bring(owner, (SAMPLES / name).read_bytes(), name, records=records))
    assert done["state"] == "done" and done["created"] > 0
    assert sum(counts(done)) == done["total"]
    assert owner.post(f"/api/imports/{done['id']}/undo").get_json()["data"]["state"] == "undone"
    assert owner.get(f"/api/{records}").get_json()["data"] == [] and clients(owner) == {}


def test_others_neither_see_nor_touch_it(app: Flask, db: Database, cast: Cast, owner: FlaskClient) -> None:
    made = bring(owner, PEOPLE)
    outsider, colleague = client_of(app, db, cast.outsider), client_of(app, db, cast.colleague)
    assert outsider.get(f"/api/imports/{made['id']}").status_code == 404
    assert outsider.post(f"/api/imports/{made['id']}/confirm").status_code == 404
    assert outsider.get("/api/imports").get_json()["data"] == []
    assert colleague.get("/api/imports").status_code == 403
    assert colleague.post("/api/imports", data={"file": (BytesIO(PEOPLE), "a.csv")}).status_code == 403


def test_a_file_that_cannot_be_read_leaves_nothing(owner: FlaskClient, settings: Settings) -> None:
    for content, options in (
        (b"%PDF-1.7", {}),
        (b"", {}),
        (PEOPLE, {"header_row": "x"}),
        (PEOPLE, {"odd": "1"}),
        (PEOPLE, {"delimiter": '"'}),
    ):
        answer = owner.post("/api/imports", data={"file": (BytesIO(content), "a.csv"), **options})
        assert answer.status_code == 422, answer.get_data(as_text=True)
    assert owner.get("/api/imports").get_json()["data"] == []
    spool = settings.sqlite_path.with_name("crm.db.imports")
    assert not spool.exists() or list(spool.iterdir()) == []


def test_a_repeat_under_a_key_imports_once(owner: FlaskClient) -> None:
    made = bring(owner, PEOPLE)
    headers = {"Idempotency-Key": "once"}
    first, second = (owner.post(f"/api/imports/{made['id']}/confirm", headers=headers) for _ in range(2))
    assert first.data == second.data and second.headers["Idempotency-Replayed"] == "true"
    assert len(clients(owner)) == 3
