"""Files of leads over the API."""

from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.file_api import TEXT, add_client, add_lead, fetch, upload
from tests.support.leads import furnish


def test_a_lead_has_files_of_its_own_that_everything_knows_as_it_knows_those_of_clients(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead, client = add_lead(owner), add_client(owner)
    answer = upload(owner, f"/api/leads/{lead}/files", "plan.txt")
    file = answer.get_json()["data"]
    assert answer.status_code == 201
    assert (file["subject"], file["subject_id"], file["subject_name"]) == ("lead", lead, "Roof")
    assert (file["client_id"], file["client_name"]) == (None, None)
    of_client = upload(owner, f"/api/clients/{client}/files").get_json()["data"]
    listed = owner.get("/api/files").get_json()["data"]
    assert [each["id"] for each in listed] == [of_client["id"], file["id"]]
    assert [each["id"] for each in owner.get(f"/api/leads/{lead}/files").get_json()["data"]] == [file["id"]]
    assert fetch(owner, f"/api/files/{file['id']}/content").data == TEXT
    entry = owner.get(f"/api/activities?subject=lead&subject_id={lead}&limit=1").get_json()["data"][0]
    assert (entry["action"], entry["entity_id"]) == ("file.created", file["id"])


def test_a_file_of_a_lead_goes_to_the_trash_and_comes_back(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(owner)
    file = upload(owner, f"/api/leads/{lead}/files").get_json()["data"]
    assert owner.delete(f"/api/files/{file['id']}").status_code == 204
    assert owner.get(f"/api/leads/{lead}/files").get_json()["data"] == []
    gone = owner.get(f"/api/leads/{lead}/files?deleted=true").get_json()["data"]
    assert [each["id"] for each in gone] == [file["id"]]
    assert owner.post(f"/api/files/{file['id']}/restore").get_json()["data"]["deleted_at"] is None


def test_the_files_of_a_lead_in_the_trash_are_not_there_until_it_comes_back(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(owner)
    file = upload(owner, f"/api/leads/{lead}/files").get_json()["data"]
    owner.delete(f"/api/leads/{lead}")
    problem_of(owner.get(f"/api/files/{file['id']}"), 404)
    problem_of(owner.get(f"/api/leads/{lead}/files"), 404)
    problem_of(upload(owner, f"/api/leads/{lead}/files"), 404)
    assert owner.get("/api/files").get_json()["data"] == []
    owner.post(f"/api/leads/{lead}/restore")
    assert owner.get(f"/api/files/{file['id']}").status_code == 200


def test_files_of_another_workspace_s_lead_are_not_there(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    furnish(db, cast.owner)
    lead = add_lead(owner)
    stranger = client_of(app, db, cast.outsider)
    problem_of(upload(stranger, f"/api/leads/{lead}/files"), 404)
    problem_of(stranger.get(f"/api/leads/{lead}/files"), 404)
