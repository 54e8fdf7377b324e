"""An owner takes in an exported workspace from Settings; whoever is not alone on the appliance does not."""

import io
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.accounts.workspaces import list_workspaces
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.transfer import export_to
from crm.clients.client import find_client
from crm.clients.clients import create_client
from crm.clients.fields import NewClient
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.web.requests import body_limit
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.exports import Members, members_of, pack, reseal, seal

PAGE = "/settings/backups"
Edit = Callable[[Members], Members]


def send(browser: FlaskClient, content: bytes) -> TestResponse:
    form = {"file": (io.BytesIO(content), "workspace.zip")}
    return browser.post(f"{PAGE}/import", data=form, follow_redirects=True)


def names_of(db: Database) -> list[str]:
    return [workspace.name for workspace in db.read(list_workspaces, SYSTEM)]


@pytest.fixture
def export(settings: Settings, db: Database, cast: Cast, tmp_path: Path) -> bytes:
    """Of the owner's workspace, with an entry in its ledger."""
    db.write(create_client, cast.owner, NewClient.model_validate({"kind": "person", "name": "Ida"}))
    export_to(settings, int(cast.owner.workspace_id or 0), tmp_path / "own.zip")
    return (tmp_path / "own.zip").read_bytes()


@pytest.fixture
def theirs(settings: Settings, db: Database, cast: Cast, tmp_path: Path) -> bytes:
    """Of the outsider's, which `alone` then takes away."""
    export_to(settings, int(cast.outsider.workspace_id or 0), tmp_path / "theirs.zip")
    return (tmp_path / "theirs.zip").read_bytes()


def test_an_export_becomes_a_workspace_beside_the_owners_and_the_ledger_says_so(
    theirs: bytes, owner: FlaskClient, db: Database, cast: Cast, request: pytest.FixtureRequest
) -> None:
    before = names_of(db)
    request.getfixturevalue("alone")
    own = db.write(create_client, cast.owner, NewClient.model_validate({"kind": "person", "name": "Ada"}))
    assert "Workspace imported." in send(owner, theirs).text
    assert names_of(db) == before
    assert db.read(find_client, cast.owner, own.id) is not None
    newest = db.read(list_activities, cast.owner, ActivityFilter(), limit=1).rows[0]
    assert newest.action == "workspace.import_begun"
    assert "on the server itself" in send(owner, theirs).text


@pytest.mark.usefixtures("alone")
def test_what_cannot_stand_beside_what_is_here_is_refused_whole(
    export: bytes, owner: FlaskClient, db: Database
) -> None:
    before = names_of(db)
    assert "already on this server" in send(owner, export).text
    assert names_of(db) == before


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_export_is_refused(owner: FlaskClient, db: Database, content: bytes) -> None:
    before = names_of(db)
    assert "must be the complete file of a workspace export" in send(owner, content).text
    assert names_of(db) == before


def _with(name: str) -> Edit:
    return lambda members: reseal(members | {name: b"x"})


def _of_another_shape(members: Members) -> Members:
    return seal(members, orjson.loads(members["manifest.json"]) | {"format": 2})


def _with_a_role_of_its_own(members: Members) -> Members:
    users = members["tables/users.jsonl"]
    return reseal(members | {"tables/users.jsonl": users.replace(b'"owner"', b'"god"')})


@pytest.mark.parametrize(
    "edit",
    [
        _with("../evil"),
        _with("files/../../evil"),
        _with("/etc/cron.d/evil"),
        _with("tables/sessions.jsonl"),
        _of_another_shape,
        _with_a_role_of_its_own,
    ],
)
def test_a_forged_export_is_refused_on_the_page_and_nothing_is_stored(
    theirs: bytes, owner: FlaskClient, db: Database, request: pytest.FixtureRequest, edit: Edit
) -> None:
    request.getfixturevalue("alone")
    settings: Settings = request.getfixturevalue("settings")
    tmp_path: Path = request.getfixturevalue("tmp_path")
    before, files = names_of(db), set(settings.upload_folder.rglob("*"))
    members = members_of(tmp_path / "theirs.zip")
    forged = edit(members)
    assert forged != members
    answer = send(owner, pack(tmp_path / "forged.zip", forged).read_bytes())
    assert answer.status_code == 200 and "Workspace imported." not in answer.text
    assert "toast-bad" in answer.text or "field-error" in answer.text
    assert names_of(db) == before
    assert set(settings.upload_folder.rglob("*")) == files


@pytest.mark.usefixtures("alone")
def test_a_file_that_is_too_large_for_the_disk_is_refused_before_it_is_kept(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limit, "EXPORT_BYTES", 20_000)
    assert send(owner, bytes(20_000)).status_code == 413
    assert "must be the complete file" in send(owner, bytes(15_000)).text


def test_where_others_have_workspaces_it_is_refused(export: bytes, owner: FlaskClient, db: Database) -> None:
    before = names_of(db)
    assert "on the server itself" in send(owner, export).text
    assert names_of(db) == before


def test_nobody_but_the_owner_takes_in_a_workspace(app: Flask, db: Database, cast: Cast) -> None:
    assert send(client_of(app, db, cast.colleague), b"").status_code == 403
    assert send(client_of(app, db, cast.owner, scope="read"), b"").status_code == 403
    assert send(app.test_client(), b"").request.path == "/login"
