"""Everything about one person in one archive: all of theirs, nothing of others, no secrets."""

import io
import zipfile
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.person_rows import PLAIN, TECHNICAL, begin_person_export
from crm.clients.client import Client
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.files.files import attach_file
from crm.files.uploads import stored_upload
from crm.kinds import KINDS
from tests.support.api import client_of
from tests.support.cast import Cast, insert_user
from tests.support.clients import add_client
from tests.support.merges import merge, two_companies

HOSTILE = "..\\..\\evil/../\u202e C:CON?.txt"


@pytest.fixture
def person(db: Database, cast: Cast, settings: Settings) -> Client:
    """A company with something in each place that points to one, and another client beside it."""
    _, client = two_companies(db, settings, cast.owner)
    add_client(db, cast.owner, name="Somebody Else", email="else@example.org", notes="Not theirs")
    workspace = int(cast.owner.workspace_id or 0)
    for content in (b"first", b"second"):
        with stored_upload(file_store(settings), workspace, HOSTILE, io.BytesIO(content), limit=99) as upload:
            db.write(attach_file, cast.owner, "client", client.id, upload)
    return client


def unpacked(response: Any) -> dict[str, bytes]:
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.get_data())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_has_all_that_is_about_the_client(owner: FlaskClient, person: Client) -> None:
    found = unpacked(owner.get(f"/api/clients/{person.id}/export"))
    read = {name: orjson.loads(text) for name, text in found.items() if name.endswith(".json")}
    (client,) = read["clients.json"]
    assert (client["name"], client["email"]) == ("Mueller GmbH", "a@mueller.de")
    assert client["consents"][0]["channel"] == "email"
    assert [each["text"] for each in read["notes.json"]] == ["Called"]
    assert [each["title"] for each in read["tasks.json"]] == ["Call back"]
    assert [each["title"] for each in read["leads.json"]] == ["Roof"]
    assert [each["body"] for each in read["messages.json"]] == ["Hello"]
    assert [each["state"] for each in read["client_consents.json"]] == ["opted_in"]
    assert read["external_ids.json"][0]["external_id"] == "A-1"
    assert {"client.created", "note.created", "task.created"} <= {
        each["action"] for each in read["history.json"]
    }
    assert read["about.json"]["name"] == "Mueller GmbH"
    assert {"letter.txt", "a.png"} <= {name.partition("-")[2] for name in found if name.startswith("files/")}


def test_it_has_nothing_of_others_and_no_secrets(owner: FlaskClient, person: Client) -> None:
    found = unpacked(owner.get(f"/api/clients/{person.id}/export"))
    texts = b"\n".join(text for name, text in found.items() if name.endswith(".json")).lower()
    for foreign in (
        b"somebody else",
        b"else@example.org",
        b"not theirs",
        b"stored_name",
        b"sealed",
        b"holdfast.",
    ):
        assert foreign not in texts, foreign


def test_names_of_files_lead_nowhere_and_none_hides_another(owner: FlaskClient, person: Client) -> None:
    found = unpacked(owner.get(f"/clients/{person.id}/export"))
    names = [name for name in found if name.startswith("files/")]
    for name in names:
        assert name.count("/") == 1 and not set(name) & set("\\:?\u202e") and ".." not in name
    assert {b"first", b"second"} <= {found[name] for name in names}


def test_who_was_merged_into_the_client_comes_along(
    owner: FlaskClient, db: Database, cast: Cast, person: Client
) -> None:
    winner = add_client(db, cast.owner, kind="company", name="Winner")
    merge(db, cast.owner, winner, person)
    found = unpacked(owner.get(f"/api/clients/{winner.id}/export"))
    assert {each["name"] for each in orjson.loads(found["clients.json"])} == {"Winner", "Mueller GmbH"}
    led = owner.get(f"/api/clients/{person.id}/export")
    assert (led.status_code, led.headers["Location"]) == (308, f"/api/clients/{winner.id}/export")


def test_each_is_an_entry_of_the_ledger_and_only_those_who_may_get_it(
    owner: FlaskClient, app: Flask, db: Database, cast: Cast, person: Client
) -> None:
    viewing = db.write(insert_user, SYSTEM, int(cast.owner.workspace_id or 0), "viewer", "viewer")
    viewer = client_of(app, db, Actor(cast.owner.workspace_id, viewing))
    for refused, status in ((client_of(app, db, cast.outsider), 404), (viewer, 403)):
        for path in (f"/api/clients/{person.id}/export", f"/clients/{person.id}/export"):
            assert refused.get(path).status_code == status
    wanted = ActivityFilter(action="client.exported")
    assert db.read(list_activities, cast.owner, wanted, limit=5).rows == []
    assert owner.head(f"/api/clients/{person.id}/export").status_code == 200
    assert db.read(list_activities, cast.owner, wanted, limit=5).rows == []
    unpacked(owner.get(f"/api/clients/{person.id}/export"))
    (entry,) = db.read(list_activities, cast.owner, wanted, limit=5).rows
    assert entry.after == {"format": "zip", "count": 1, "filters": {"id": person.id}}


def test_every_table_of_a_person_is_told_or_technical(db: Database, cast: Cast, person: Client) -> None:
    """A new kind comes by its description."""
    export = db.write(begin_person_export, cast.owner, person.id)
    told = {portion.table for portion in export.portions}
    pointing = {table for table, pointer in KINDS.pointing_to("clients") if pointer.when_erased == "erase"}
    assert pointing - told - export.found.keys() - TECHNICAL - PLAIN == set(), "looked for, if not there"
    assert told & (TECHNICAL | PLAIN) == set()
    assert {"notes", "tasks", "files", "leads", "messages", "conversations"} <= told


def test_a_missing_file_is_told_and_the_rest_is_there(
    owner: FlaskClient, settings: Settings, person: Client
) -> None:
    for path in settings.upload_folder.rglob("*"):
        if path.is_file() and path.read_bytes() == b"letter":
            path.unlink()
    found = unpacked(owner.get(f"/api/clients/{person.id}/export"))
    (missing,) = orjson.loads(found["missing_files.json"])
    assert missing.endswith("letter.txt") and "notes.json" in found
