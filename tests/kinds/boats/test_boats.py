"""A kind of record that the program does not know: its own files, and a line in each of three lists."""

from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from crm.appliance.demo import fill_with_examples
from crm.appliance.reindexing import rebuild_searches
from crm.appliance.transfer import export_to, import_from
from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.lane import Job
from crm.records.kinds import Kinds, kinds_of
from crm.worker import Worker
from tests.kinds.boats.driving import add_boat, attach, data, forget_tokens, migrated, names, page, undo
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.erasing import erase_by_api, left_of
from tests.support.places import settings_below


def test_it_is_listed_and_found_by_search_and_palette_and_stands_in_the_sidebar(owner: FlaskClient) -> None:
    add_boat(owner)
    add_boat(owner, name="Blue bus")
    assert names(owner) == ["Blue bus", "Red van"]
    assert "Red van" in page(owner, "/boats?q=van") and "Blue bus" not in page(owner, "/boats?q=van")
    for path in ("/search?q=van", "/search/palette?q=van"):
        assert "Red van" in page(owner, path) and "Boats" in page(owner, path)
    assert 'href="/boats"' in page(owner, "/")


def test_it_has_a_trash_and_comes_back_from_it(owner: FlaskClient) -> None:
    boat = add_boat(owner)
    assert owner.delete(f"/api/boats/{boat}").status_code == 204
    assert (names(owner), names(owner, "/api/boats?deleted=true")) == ([], ["Red van"])
    assert owner.post(f"/api/boats/{boat}/restore").status_code == 200
    assert names(owner) == ["Red van"]


def test_its_changes_are_undone(owner: FlaskClient) -> None:
    boat = add_boat(owner)
    owner.patch(f"/api/boats/{boat}", json={"plate": "M-AB 2"})
    undo(owner)
    assert data(owner, f"/api/boats/{boat}")["plate"] == "B-XY 1"
    owner.delete(f"/api/boats/{boat}")
    undo(owner)
    assert names(owner) == ["Red van"]
    undo(owner)
    assert names(owner) == []


def test_notes_tasks_and_files_hang_on_it(owner: FlaskClient) -> None:
    boat = add_boat(owner)
    about = {"subject": "boat", "subject_id": boat}
    assert owner.post("/api/notes", json={"text": "Dented", **about}).status_code == 201
    task = owner.post("/api/tasks", json={"title": "Repair", **about}).get_json()["data"]
    assert task["subject_name"] == "Red van"
    file = attach(owner, boat)
    assert (file["subject"], file["subject_name"], file["client_id"]) == ("boat", "Red van", None)
    assert [each["id"] for each in data(owner, f"/api/boats/{boat}/files")] == [file["id"]]
    shown = page(owner, f"/boats/{boat}")
    assert "Dented" in shown and "paper.txt" in shown and "Repair" in shown
    assert f'href="/boats/{boat}"' in page(owner, "/files")


def test_what_it_needs_is_not_deleted_before_it(owner: FlaskClient) -> None:
    client = owner.post("/api/clients", json={"name": "Anna"}).get_json()["data"]["id"]
    boat = add_boat(owner, client_id=client)
    refused = problem_of(owner.delete(f"/api/clients/{client}"), 409)
    assert (refused["detail"], refused["boats"]) == ("This client is still in use.", 1)
    many = {"operations": [{"op": "delete", "id": client}]}
    assert "still in use" in problem_of(owner.post("/api/clients/bulk", json=many), 422)["detail"]
    assert owner.delete(f"/api/boats/{boat}").status_code == 204
    assert owner.delete(f"/api/clients/{client}").status_code == 204


def test_it_is_erased_with_the_person_whose_it_is_with_all_that_hangs_on_it(
    owner: FlaskClient, settings: Settings
) -> None:
    client = owner.post("/api/clients", json={"name": "Zoltan Quixotry"}).get_json()["data"]["id"]
    boat, other = add_boat(owner, name="Axolotl", client_id=client), add_boat(owner, name="Ocelot")
    note = {"text": "Narwhal", "subject": "boat", "subject_id": boat}
    assert owner.post("/api/notes", json=note).status_code == 201
    words = ("Zoltan Quixotry", "Axolotl", "Narwhal", "Ocelot")
    assert left_of(settings.sqlite_path.parent, words).keys() == set(words)
    assert erase_by_api(owner, client).status_code == 200
    assert left_of(settings.sqlite_path.parent, words).keys() == {"Ocelot"}
    assert owner.get(f"/api/boats/{boat}").status_code == 404
    assert names(owner) == ["Ocelot"] and owner.get(f"/api/boats/{other}").status_code == 200


def test_the_ledger_speaks_of_it_and_shows_it_alone(owner: FlaskClient) -> None:
    boat = add_boat(owner)
    owner.patch(f"/api/boats/{boat}", json={"plate": "M-AB 2"})
    shown = page(owner, "/activity?subject=boat")
    assert f'<a href="/boats/{boat}">Red van</a>' in shown and "Plate" in shown and "M-AB 2" in shown
    assert "changed" in page(owner, f"/boats/{boat}?kind=boat")
    problem_of(owner.get(f"/api/boats/{boat}/activities?kind=nothing"), 422)
    assert len(data(owner, f"/api/boats/{boat}/activities?kind=boat")) == 2


def test_views_of_its_list_are_saved(owner: FlaskClient) -> None:
    view = {"list": "boats", "name": "Vans", "query": "q=van"}
    assert owner.post("/api/views", json=view).status_code == 201
    assert "Vans" in page(owner, "/boats")
    problem_of(owner.post("/api/views", json={**view, "name": "Other", "query": "colour=red"}), 422)
    problem_of(owner.post("/api/views", json={**view, "list": "ships"}), 422)


def test_its_permissions_are_its_own_and_no_workspace_sees_another_s(
    app: Flask, db: Database, cast: Cast, owner: FlaskClient
) -> None:
    boat = add_boat(owner)
    reader = client_of(app, db, cast.owner, "read")
    assert reader.get(f"/api/boats/{boat}").status_code == 200
    problem_of(reader.delete(f"/api/boats/{boat}"), 403)
    stranger = client_of(app, db, cast.outsider)
    problem_of(stranger.get(f"/api/boats/{boat}"), 404)
    about = {"text": "x", "subject": "boat", "subject_id": boat}
    problem_of(stranger.post("/api/notes", json=about), 422)
    assert "boats.delete" in data(owner, "/api/me")["permissions"]


def test_the_document_of_the_api_names_it(owner: FlaskClient) -> None:
    document = owner.get("/api/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    assert {"/api/boats", "/api/boats/{boat_id}"} <= document["paths"].keys()
    assert "boats" in schemas["ViewFields"]["properties"]["list"]["enum"]
    assert "boat" in schemas["NoteFields"]["properties"]["subject"]["examples"]


def test_it_travels_with_its_workspace_and_so_does_what_hangs_on_it(
    owner: FlaskClient, db: Database, settings: Settings, kinds: Kinds, tmp_path: Path
) -> None:
    boat = add_boat(owner, tags=["Leased"])
    owner.post("/api/notes", json={"text": "Dented", "subject": "boat", "subject_id": boat})
    attach(owner, boat)
    workspace = data(owner, "/api/me")["workspace"]["id"]
    db.write(forget_tokens, Actor(workspace, None))
    first = export_to(settings, workspace, tmp_path / "one.zip")
    fresh = migrated(settings_below(tmp_path / "fresh"), kinds)
    arrival = import_from(fresh, tmp_path / "one.zip", kinds)
    assert not arrival.moved and first.rows["boats"] == 1
    again = export_to(fresh, workspace, tmp_path / "two.zip")
    assert again.rows == first.rows and again.facts == first.facts
    assert first.rows["record_tags"] == 1


def test_the_worker_works_on_it(settings: Settings, kinds: Kinds, db: Database, cast: Cast) -> None:
    seen: list[Any] = []

    def look(database: Database, given: Settings) -> None:
        seen.append(database.read(kinds_of, cast.owner))
        seen.append(rebuild_searches(database, given))

    worker = Worker(settings, [Job("look", 0, look)], kinds)
    try:
        worker._lanes["quick"].run_due()
    finally:
        worker._database.close()
    assert seen == [kinds, True]


def test_the_demo_makes_examples_of_it_as_time_goes_by(db: Database, cast: Cast, owner: FlaskClient) -> None:
    list(fill_with_examples(db, cast.owner, {"clients": 4, "boats": 2}))
    assert names(owner) == ["Van 0", "Van 1"]
    made = [entry["created_at"] for entry in data(owner, "/api/activities?entity=boat")]
    assert made[0] > made[1]
