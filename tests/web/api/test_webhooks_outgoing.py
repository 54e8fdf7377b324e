"""/api/webhooks/outgoing: who may make webhooks, what is refused, and what nobody sees twice."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook as Checker

from crm.appliance.rotation import rotate_key
from crm.config import Settings
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.secret_key import open_vault
from crm.webhooks.projection import project_due
from crm.webhooks.sealed_secrets import signing_secrets
from crm.webhooks.sending import Sender, send_due
from tests.support.api import client_of, fields_of, problem_of, running_app
from tests.support.cast import Cast
from tests.support.receivers import Receiver

PATH = "/api/webhooks/outgoing"
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
GIVEN = {"name": "Program", "url": "https://hooks.example.org/crm"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def opened(settings: Settings, db: Database, cast: Cast) -> Iterator[FlaskClient]:
    """The owner, on a server whose owner allows webhooks to this machine."""
    allowing = settings.model_copy(update={"webhook_allowed_ranges": LOOPBACK})
    with running_app(allowing) as app:
        yield client_of(app, db, cast.owner)


def made(api: FlaskClient, **given: object) -> dict[str, Any]:
    answer = api.post(PATH, json={**GIVEN, **given})
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json()["data"])


def work(db: Database, settings: Settings) -> None:
    project_due(db)
    send_due(db, Sender(open_vault(settings), LOOPBACK), seconds=10)


def test_a_webhook_is_made_read_changed_deleted_and_restored(owner: FlaskClient) -> None:
    hook = made(owner, kinds=["client", "lead", "client"], verbs=["created"])
    assert hook["secret"].startswith("whsec_") and hook["kinds"] == ["client", "lead"]
    here = f"{PATH}/{hook['id']}"
    shown = owner.get(here)
    assert "secret" not in shown.get_json()["data"] and shown.headers["ETag"] == '"1"'
    assert owner.get(PATH).get_json()["data"] == [shown.get_json()["data"]]
    changed = owner.patch(here, json={"kinds": None, "active": False}, headers={"If-Match": '"1"'})
    assert (changed.get_json()["data"]["kinds"], changed.get_json()["data"]["active"]) == (None, False)
    problem_of(owner.patch(here, json={"name": "Late"}, headers={"If-Match": '"1"'}), 412)
    assert owner.delete(here).status_code == 204
    assert owner.get(PATH).get_json()["data"] == []
    assert owner.get(here).status_code == 404
    assert [each["id"] for each in owner.get(f"{PATH}?deleted=true").get_json()["data"]] == [hook["id"]]
    assert owner.post(f"{here}/restore").get_json()["data"]["name"] == "Program"
    assert owner.get(here).status_code == 200


def test_what_is_sent_is_checked_by_the_secret_that_was_shown_once(
    opened: FlaskClient, db: Database, settings: Settings, receiver: Receiver
) -> None:
    hook = made(opened, url=receiver.url, kinds=["client"])
    ada = opened.post("/api/clients", json={"name": "Ada"}).get_json()["data"]
    work(db, settings)
    (got,) = receiver.got
    event = Checker(hook["secret"]).verify(got.body, got.headers)
    feed = opened.get("/api/changes?kinds=client").get_json()["data"][0]
    assert (event["type"], event["data"]["id"]) == ("client.created", ada["id"])
    assert event["data"] == feed, "the same event as in the change feed"
    listed = opened.get(f"{PATH}/{hook['id']}/deliveries?state=done").get_json()["data"]
    assert [each["message_id"] for each in listed] == [got.headers["webhook-id"]]
    whole = opened.get(f"{PATH}/{hook['id']}/deliveries/{listed[0]['id']}").get_json()["data"]
    assert whole["body"].encode() == got.body and whole["tries"][0]["answer"] == "ok"


def test_a_test_and_a_replay_by_the_api(
    opened: FlaskClient, db: Database, settings: Settings, receiver: Receiver
) -> None:
    here = f"{PATH}/{made(opened, url=receiver.url)['id']}"
    test = opened.post(f"{here}/test")
    assert test.status_code == 201 and test.get_json()["data"]["state"] == "queued"
    problem_of(opened.post(f"{here}/deliveries/{test.get_json()['data']['id']}/replay"), 409)
    work(db, settings)
    again = opened.post(f"{here}/deliveries/{test.get_json()['data']['id']}/replay")
    assert again.get_json()["data"]["state"] == "queued"
    assert opened.post(f"{here}/replay").get_json()["data"] == {"queued": 0}
    opened.patch(here, json={"active": False})
    problem_of(opened.post(f"{here}/test"), 409)


def test_a_rotation_shows_the_new_secret_once_and_repeats_it_under_its_key(
    owner: FlaskClient, settings: Settings, db: Database, cast: Cast
) -> None:
    hook = made(owner)
    there = f"{PATH}/{hook['id']}/rotate"
    answers = [
        owner.post(there, json={"overlap_hours": 1}, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    secrets = [each.get_json()["data"]["secret"] for each in answers]
    assert secrets[0] == secrets[1] != hook["secret"]
    kept = db.read(signing_secrets, cast.owner, open_vault(settings), hook["id"])
    assert kept == [secrets[0], hook["secret"]]
    assert fields_of(owner.post(there, json={"overlap_hours": 169})) == {"overlap_hours"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "ftp://example.org"}, "url"), ({"url": "https://user:word@example.org/"}, "url"),
        ({"url": "http://127.0.0.1/hook"}, "url"), ({"url": "http://localhost:3001/"}, "url"),
        ({"url": "http://[::1]/"}, "url"), ({"url": "http://169.254.169.254/latest"}, "url"),
        ({"url": "http://192.168.0.7/"}, "url"), ({"name": " "}, "name"), ({"kinds": []}, "kinds"),
        ({"kinds": ["nothing"]}, "kinds"), ({"verbs": ["eaten"]}, "verbs"), ({"secret": "whsec_"}, "secret"),
    ],
)  # fmt: skip
def test_a_wrong_webhook_is_refused_by_its_field(
    owner: FlaskClient, given: dict[str, Any], field: str
) -> None:
    assert {each.partition(".")[0] for each in fields_of(owner.post(PATH, json={**GIVEN, **given}))} == {
        field
    }
    assert owner.get(PATH).get_json()["data"] == []


def test_only_owners_and_admins_of_the_workspace_reach_a_webhook(
    app: Flask, db: Database, cast: Cast
) -> None:
    owner, outsider = client_of(app, db, cast.owner), client_of(app, db, cast.outsider)
    hook = made(owner)
    here = f"{PATH}/{hook['id']}"
    member, reader = client_of(app, db, cast.colleague), client_of(app, db, cast.owner, "read")
    asked = (
        ("GET", here), ("PATCH", here), ("DELETE", here), ("POST", f"{here}/restore"),
        ("POST", f"{here}/rotate"), ("POST", f"{here}/test"), ("POST", f"{here}/replay"),
        ("GET", f"{here}/deliveries"),
    )  # fmt: skip
    for method, path in asked:
        body = {"name": "Mine"} if method == "PATCH" else None
        assert member.open(path, method=method, json=body).status_code == 403
        assert outsider.open(path, method=method, json=body).status_code == 404
        if method != "GET":
            assert reader.open(path, method=method, json=body).status_code == 403
    assert outsider.get(PATH).get_json()["data"] == []
    assert owner.get(here).get_json()["data"]["name"] == "Program"


def test_no_workspace_is_told_of_anothers_changes_nor_anybody_of_personal_ones(
    opened: FlaskClient,
    outsider: FlaskClient,
    db: Database,
    settings: Settings,
    receiver: Receiver,
) -> None:
    made(opened, url=receiver.url)
    outsider.post("/api/clients", json={"name": "Theirs"})
    opened.post("/api/saved-views", json={"list": "clients", "name": "My own", "query": "q=me"})
    opened.post("/api/clients", json={"name": "Ours"})
    work(db, settings)
    told = b" ".join(each.body for each in receiver.got)
    assert b"Ours" in told and b"Theirs" not in told and b"My own" not in told


def test_a_new_key_of_the_server_seals_the_secrets_anew(
    owner: FlaskClient, settings: Settings, db: Database, cast: Cast
) -> None:
    hook = made(owner)
    owner.post(f"{PATH}/{hook['id']}/rotate")
    before = db.read(signing_secrets, cast.owner, open_vault(settings), hook["id"])
    sealed = db.read(_sealed, cast.owner)
    assert rotate_key(settings, db).unreadable_webhooks == 0
    assert db.read(signing_secrets, cast.owner, open_vault(settings), hook["id"]) == before
    assert db.read(_sealed, cast.owner) != sealed


def _sealed(tx: Transaction) -> Any:
    return tx.value("SELECT sealed_secret FROM webhooks WHERE workspace_id = :workspace_id")
