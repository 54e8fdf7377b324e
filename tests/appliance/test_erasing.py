"""Erasing a person leaves nothing of them in rows, ledger, search, files and file, and all others whole."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.activity.chain import verify_chain
from crm.appliance.backups import back_up
from crm.config import Settings
from crm.conversations.reconciling import reconcile
from crm.db.backup.report import Silence
from crm.db.database import Database
from tests.support.api import client_of, problem_of, running_app
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.erasing import (
    NAME,
    WORDS,
    Person,
    add_person,
    erase_by_api,
    grams_in_searches,
    key_of,
    left_in_files,
)
from tests.support.file_api import on_disk


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Any:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def web(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


@pytest.fixture
def person(db: Database, settings: Settings, cast: Cast, web: FlaskClient) -> Person:
    return add_person(db, settings, cast.owner, web)


def erase(web: FlaskClient, client_id: int, **given: Any) -> Any:
    return erase_by_api(web, client_id, **given)


def test_nothing_of_the_person_is_left_in_any_file(
    web: FlaskClient, db: Database, settings: Settings, person: Person
) -> None:
    assert left_in_files(settings).keys() == set(WORDS), "else the test looks for what is nowhere"
    assert on_disk(settings)
    assert {"quixo", "kumqu", "quokk"} <= grams_in_searches(settings)
    answer = erase(web, person.client_id, name=NAME)
    assert answer.status_code == 200, answer.text
    state = web.get(f"/api/clients/{person.client_id}/erasure").get_json()["data"]["erasure"]
    assert state["ended_at"] is not None
    assert left_in_files(settings) == {}
    assert on_disk(settings) == []
    for table in ("clients", "leads", "notes", "tasks", "files", "conversations"):
        indexed = rows(db, f"SELECT rowid & 1099511627775 AS id FROM {table}_search")
        erased = rows(db, f"SELECT id FROM {table} WHERE erased_at IS NOT NULL")
        assert erased and not {row["id"] for row in indexed} & {row["id"] for row in erased}, table
    assert {"quixo", "kumqu", "quokk"}.isdisjoint(grams_in_searches(settings))


def test_the_chain_verifies_and_tells_of_what_was_erased_alone(
    web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    before = db.read(verify_chain, cast.owner)
    assert erase(web, person.client_id, reason="asked by letter").status_code == 200
    report = db.read(verify_chain, cast.owner)
    assert report.complete and report.broken_at is None
    new = web.get(f"/api/activities?limit={report.entries - before.entries}").get_json()["data"]
    assert {each["action"].rpartition(".")[2] for each in new} == {"erased"} and len(new) > 5
    last = new[0]
    assert (last["action"], last["entity_id"]) == ("client.erased", person.client_id)
    assert last["after"]["reason"] == "asked by letter" and last["before"] is None
    erased = rows(db, "SELECT count(*) AS n FROM activity_contents WHERE erased_at IS NOT NULL")[0]["n"]
    assert last["after"]["entries"] == erased > 10


def test_a_chain_with_one_more_entry_erased_than_the_erasure_says_is_broken(
    web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    assert erase(web, person.client_id).status_code == 200
    seq = rows(db, "SELECT max(erasure_seq) AS seq FROM activity_contents")[0]["seq"]

    def forge(tx: Any) -> None:
        tx.run(
            """
            UPDATE activity_contents
               SET salt = NULL, before = NULL, after = NULL, erased_at = :now, erasure_seq = :seq
             WHERE workspace_id = :workspace_id
               AND activity_id = (SELECT max(activity_id) - 1 FROM activity_contents
                                   WHERE workspace_id = :workspace_id AND erased_at IS NULL
                                     AND activity_id < (SELECT max(id) FROM activities
                                                         WHERE workspace_id = :workspace_id))
            """,
            seq=seq,
        )

    db.write(forge, cast.owner)
    assert db.read(verify_chain, cast.owner).broken_at is not None


def test_others_stay_whole_and_everything_of_the_person_is_gone_for_readers(
    web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    bystander = web.get(f"/api/clients/{person.bystander_id}").get_json()
    note = web.get(f"/api/notes/{person.bystander_note_id}").get_json()
    erase(web, person.client_id)
    assert web.get(f"/api/clients/{person.bystander_id}").get_json() == bystander
    assert web.get(f"/api/notes/{person.bystander_note_id}").get_json() == note
    for place in (
        f"clients/{person.client_id}", f"leads/{person.lead_id}", f"notes/{person.note_id}",
        f"tasks/{person.task_id}", f"files/{person.file_id}", "conversations/1",
    ):  # fmt: skip
        problem_of(web.get(f"/api/{place}"), 404)
    for place in ("clients", "leads", "tasks"):
        for deleted in ("", "?deleted=true"):
            names = web.get(f"/api/{place}{deleted}").get_json()["data"]
            assert [each for each in names if "erased" in str(each)] == [], place
    assert web.get("/api/conversations?box=all").get_json()["data"] == []
    assert db.read(reconcile, cast.owner).differences == {}


def test_nothing_of_it_can_be_restored_or_undone(web: FlaskClient, db: Database, person: Person) -> None:
    erase(web, person.client_id)
    problem_of(web.post(f"/api/clients/{person.client_id}/restore"), 404)
    problem_of(web.post(f"/api/leads/{person.lead_id}/restore"), 404)
    for row in rows(db, "SELECT activity_id AS id FROM activity_contents WHERE erased_at IS NOT NULL"):
        problem_of(web.post(f"/api/activities/{row['id']}/undo"), 409)
    last = web.get("/api/activities?limit=1").get_json()["data"][0]["id"]
    assert "cannot be undone" in problem_of(web.post(f"/api/activities/{last}/undo"), 409)["detail"]


def test_a_repeat_of_an_answered_request_makes_nothing_anew(web: FlaskClient, person: Person) -> None:
    erase(web, person.client_id)
    note = {"text": "birdwatching-note", "subject": "client", "subject_id": person.client_id}
    answer = repeat(web, "/api/notes", note)
    assert "erased" in problem_of(answer, 410)["detail"]
    kept = repeat(web, "/api/clients", {"name": "Berta Bystander", "notes": "stays as it is"})
    assert kept.status_code == 201 and kept.headers["Idempotency-Replayed"] == "true"


def repeat(web: FlaskClient, place: str, given: dict[str, Any]) -> Any:
    return web.post(place, json=given, headers={"Idempotency-Key": key_of(place, given)})


def test_each_strange_request_gets_a_clear_answer(
    app: Flask, web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    outsider, colleague = (client_of(app, db, who) for who in (cast.outsider, cast.colleague))
    problem_of(erase(outsider, person.client_id), 404)
    problem_of(erase(colleague, person.client_id), 403)
    problem_of(erase(web, 999_999), 404)
    assert problem_of(erase(web, person.client_id, name="Somebody"), 422)["errors"][0]["field"] == "name"
    problem_of(web.post(f"/api/clients/{person.client_id}/erase", headers={"If-Match": '"1"'}), 412)
    merged = erase(web, person.merged_id)
    assert merged.status_code == 409 and merged.get_json()["merged_into"] == person.client_id
    assert web.delete(f"/api/clients/{person.client_id}").status_code == 204
    assert erase(web, person.client_id).status_code == 200, "one in the trash can be erased"
    assert "already" in problem_of(erase(web, person.client_id), 409)["detail"]


def test_the_answer_says_what_backups_hold_and_until_when(
    web: FlaskClient, settings: Settings, person: Person
) -> None:
    back_up(settings, Silence())
    page = web.get(f"/clients/{person.client_id}/erase")
    assert page.status_code == 200 and "1 backup still holds" in page.text
    answer = erase(web, person.client_id).get_json()["data"]
    assert [each["name"] for each in answer["backups"]]
    assert all(
        each["made_at"] < answer["erased"]["erased_at"] < each["kept_until"] for each in answer["backups"]
    )


def test_the_first_call_tells_what_would_go_and_only_its_own_confirmation_erases(
    web: FlaskClient, db: Database, cast: Cast, person: Person
) -> None:
    place = f"/api/clients/{person.client_id}/erase"
    asked = problem_of(web.post(place), 409)
    assert asked["records"]["client"] == 2 and asked["records"]["note"] >= 1
    other = web.post("/api/clients", json={"name": "Another"}).get_json()["data"]["id"]
    given = {"confirmation": asked["confirmation"]}
    strange = problem_of(web.post(f"/api/clients/{other}/erase", json=given), 409)
    for wrong in ("1", "9" * 90, "x-y", "\u0661-1", strange["confirmation"]):
        assert problem_of(web.post(place, json={"confirmation": wrong}), 409)["confirmation"], wrong
    web.post("/api/notes", json={"subject": "client", "subject_id": person.client_id, "text": "More"})
    anew = problem_of(web.post(place, json=given), 409)
    assert anew["records"]["note"] == asked["records"]["note"] + 1, "there is more than what was told"
    assert web.get(f"/api/clients/{person.client_id}").status_code == 200
    assert web.post(place, json={"confirmation": anew["confirmation"]}).status_code == 200
