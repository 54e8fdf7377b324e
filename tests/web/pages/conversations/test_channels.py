import html
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.vault import Vault
from tests.support.api import client_of, running_app
from tests.support.arrivals import arrive, rows, value
from tests.support.cast import Cast
from tests.support.cloud_api import CloudApiStub, cloud_api
from tests.support.whatsapp import ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN, channel_fields, connect, status

FORM = {name: value or "" for name, value in channel_fields().model_dump().items() if name != "create_leads"}


def page_of(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


@pytest.fixture
def stub() -> Iterator[CloudApiStub]:
    with cloud_api() as running:
        yield running


def test_a_number_is_connected_shown_and_changed_without_its_secrets(
    owner: FlaskClient, db: Database
) -> None:
    made = owner.post("/settings/channels/new", data={**FORM, "create_leads": "1"})
    assert made.status_code == 303
    pages = [
        page_of(owner.get(path)) for path in (made.location, f"{made.location}/edit", "/settings/channels")
    ]
    for secret in (ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN):
        assert not any(secret in page for page in pages)
    assert "/api/webhooks/whatsapp" in pages[0]
    before = value(db, "SELECT sealed_secrets FROM channels")
    changed = {"version": "1", "display_phone": "+15550783882", "access_token": "", "app_secret": "new"}
    assert owner.post(f"{made.location}/edit", data=changed).status_code == 303
    assert rows(db, "SELECT shown_as, create_leads FROM channels") == [
        {"shown_as": "+15550783882", "create_leads": 0}
    ]
    assert value(db, "SELECT sealed_secrets FROM channels") != before
    assert owner.post(f"{made.location}/edit", data=changed).status_code == 412


def test_a_refused_form_comes_back_without_the_secrets_that_were_typed(owner: FlaskClient) -> None:
    refused = owner.post("/settings/channels/new", data={**FORM, "display_phone": "12"})
    assert refused.status_code == 422
    page = page_of(refused)
    assert 'id="display_phone-error"' in page
    assert ACCESS_TOKEN not in page


def test_a_number_is_disconnected_and_a_fault_is_cleared(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    channel = connect(db, cast.owner, Vault(app.config["SECRET_KEY"]))
    db.write(lambda tx: tx.run("UPDATE channels SET fault = 'token', fault_at = :now"), SYSTEM)
    assert "This number has been unable to send" in page_of(owner.get(f"/settings/channels/{channel.id}"))
    owner.post(f"/settings/channels/{channel.id}/resume")
    assert value(db, "SELECT fault FROM channels") is None
    owner.post(f"/settings/channels/{channel.id}/disconnect")
    assert owner.get(f"/settings/channels/{channel.id}").status_code == 404


def test_the_quarantine_shows_what_arrived_and_works_it_out_again(
    app: Flask, owner: FlaskClient, db: Database, cast: Cast
) -> None:
    vault = Vault(app.config["SECRET_KEY"])
    connect(db, cast.owner, vault)
    arrive(db, vault, status("w<script>", "evaporated"))
    page = owner.get("/settings/channels/quarantine").get_data(as_text=True)
    assert "evaporated" in page and "<script>w" not in page and "w<script>" not in page
    assert owner.post("/settings/channels/quarantine/1").status_code == 303
    assert value(db, "SELECT state FROM inbound_events") == "waiting"


def test_the_self_test_tells_each_step_that_fails(
    settings: Settings, db: Database, cast: Cast, stub: CloudApiStub
) -> None:
    """Nothing listens on the appliance's own address here, and the token is another one."""
    stub.token = "another"
    own = settings.model_copy(update={"port": 9, "whatsapp_base_url": stub.base_url})
    with running_app(own) as app:
        channel = connect(db, cast.owner, Vault(app.config["SECRET_KEY"]))
        page = page_of(client_of(app, db, cast.owner).post(f"/settings/channels/{channel.id}/test"))
    assert page.count('class="tone-bad"') == 3
    assert "details of 190" in page


def test_texts_are_added_refused_and_removed(owner: FlaskClient, db: Database) -> None:
    assert owner.post("/settings/texts/replies", data={"title": "Hours", "text": "9 to 5"}).status_code == 303
    assert owner.post("/settings/texts/replies", data={"title": "hours", "text": "x"}).status_code == 409
    template = {"name": "hi", "language": "de", "body": "Hallo {{1}}"}
    assert owner.post("/settings/texts/templates", data=template).status_code == 303
    assert owner.post("/settings/texts/templates", data={**template, "name": "Two Words"}).status_code == 422
    assert "Hallo {{1}}" in page_of(owner.get("/settings/texts"))
    live = """
        SELECT (SELECT count(*) FROM quick_replies     WHERE deleted_at IS NULL) AS replies,
               (SELECT count(*) FROM message_templates WHERE deleted_at IS NULL) AS templates
    """
    stale = owner.post("/settings/texts/replies/1/remove", data={"version": "9"})
    assert stale.status_code == 412 and "has changed since" in page_of(stale)
    for path in ("/settings/texts/replies/1", "/settings/texts/templates/1"):
        assert owner.post(f"{path}/remove", data={"version": "1"}).status_code == 303
    assert rows(db, live) == [{"replies": 0, "templates": 0}]
    page = page_of(owner.get("/settings/texts"))
    for path in ("/settings/texts/replies/1", "/settings/texts/templates/1"):
        assert f'action="{path}/restore"' in page
        assert owner.post(f"{path}/restore").status_code == 303
    assert rows(db, live) == [{"replies": 1, "templates": 1}]
    assert 'name="version" value="3"' in page_of(owner.get("/settings/texts"))
