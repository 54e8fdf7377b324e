"""Connections to platforms on pages and by the API; what Meta delivers is kept before it is answered."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.campaigns.connections.connection import Connection
from crm.campaigns.lead_ads.deliveries import verify_token
from crm.db.database import Database
from crm.vault import Vault
from tests.support.ad_connections import PAGE_ID, add_lead_page, arrivals_of, leadgen, signed
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.web_forms import add_web_form

AT = "/api/webhooks/lead-ads"


@pytest.fixture
def page(app: Flask, db: Database, cast: Cast) -> Connection:
    return add_lead_page(db, cast.owner, Vault(app.config["SECRET_KEY"]))


def version_in(shown: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', shown)
    assert found is not None
    return found[1]


def test_the_handshake_answers_the_token_of_a_workspace_alone(
    app: Flask, anybody: FlaskClient, cast: Cast
) -> None:
    token = verify_token(Vault(app.config["SECRET_KEY"]), cast.owner.workspace_id or 0)
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    answer = anybody.get(AT, query_string={**asked, "hub.verify_token": token})
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "1158201444")
    for wrong in ("", "1", f"{token}x", token.replace("-", "0-", 1), "9" * 30 + "-x", "-", "é-é"):
        refused = anybody.get(AT, query_string={**asked, "hub.verify_token": wrong})
        assert refused.status_code == 403


def test_a_signed_delivery_is_kept_once_and_any_other_not_at_all(
    anybody: FlaskClient, db: Database, cast: Cast, page: Connection
) -> None:
    raw = leadgen("1", 2, "1")
    for headers in ({}, signed(raw, "wrong"), signed(raw + b" "), {"X-Hub-Signature-256": "sha256=é"}):
        assert anybody.post(AT, data=raw, headers=headers).status_code == 401
    elsewhere = leadgen("1", page_id="5")
    assert anybody.post(AT, data=elsewhere, headers=signed(elsewhere)).status_code == 401
    assert arrivals_of(db, cast.owner, page) == []
    for _ in range(2):
        assert anybody.post(AT, data=raw, headers=signed(raw)).get_json() == {"data": {"received": True}}
    kept = arrivals_of(db, cast.owner, page)
    assert [(each.leadgen_id, each.state) for each in kept] == [("1", "waiting"), ("2", "waiting")]
    (first, _) = rows(db, "SELECT payload FROM lead_ad_arrivals ORDER BY id")
    assert json.loads(first["payload"])["form_id"] == "12", "as it was told"


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[1]", b"{", b'{"entry": 1}', b'{"entry": [{"id": [], "changes": [[]]}]}', b"[" * 5_000,
     leadgen("../me"), leadgen(""), leadgen("9" * 40), leadgen("\x00"), json.dumps(
         {"entry": [{"id": PAGE_ID, "changes": [{"field": "feed", "value": {"leadgen_id": "1"}},
                                                 {"field": "leadgen", "value": None}]}]}).encode()],
)  # fmt: skip
def test_odd_deliveries_are_answered_and_keep_nothing(
    anybody: FlaskClient, db: Database, cast: Cast, page: Connection, raw: bytes
) -> None:
    assert anybody.post(AT, data=raw, headers=signed(raw)).status_code in {200, 401, 422}
    assert arrivals_of(db, cast.owner, page) == []


def test_what_a_page_signed_is_never_refused_as_unsigned(
    anybody: FlaskClient, db: Database, cast: Cast, page: Connection
) -> None:
    feed = json.dumps({"entry": [{"id": PAGE_ID, "changes": [{"field": "feed", "value": {}}]}]}).encode()
    for raw, status in ((leadgen("abc"), 422), (feed, 200), (leadgen("abc", "3"), 200)):
        answer = anybody.post(AT, data=raw, headers=signed(raw))
        assert answer.status_code == status
        assert status == 200 or answer.get_json()["errors"][0]["field"] == "leadgen_id"
    assert [each.leadgen_id for each in arrivals_of(db, cast.owner, page)] == ["3"]


def test_a_page_is_connected_in_the_settings(owner: FlaskClient, db: Database, cast: Cast) -> None:
    form = add_web_form(db, cast.owner, name="Facebook")
    assert owner.get("/settings/advertising/new/nothing").status_code == 404
    given = {"name": "Shop", "account": PAGE_ID, "form_id": str(form.id), "active": "1",
             "consent_text": "Yes", "consent_purposes": "marketing, service",
             "credentials.app_secret": "s3cr3t", "credentials.access_token": "t0k3n"}  # fmt: skip
    for wrong in ({"account": "shop"}, {"form_id": ""}, {"form_id": "999"}, {"credentials.app_secret": ""}):
        assert owner.post("/settings/advertising/new/meta_leads", data={**given, **wrong}).status_code == 422
    made = owner.post("/settings/advertising/new/meta_leads", data=given)
    assert made.status_code == 303
    edit = owner.get(f"{made.location}/edit").text
    shown = owner.get(made.location).text
    assert "/api/webhooks/lead-ads" in shown and "Verify token" in shown
    assert '<option value="marketing, service" selected>' in edit
    assert "s3cr3t" not in shown + edit and "t0k3n" not in shown + edit
    changed = {**given, "name": "Shop 2", "credentials.app_secret": "", "version": version_in(edit)}
    assert owner.post(f"{made.location}/edit", data=changed).status_code == 303
    assert owner.post(f"{made.location}/edit", data={**changed, "name": "Late"}).status_code == 412
    deleted = owner.post(
        f"{made.location}/delete", data={"version": version_in(owner.get(made.location).text)}
    )
    assert deleted.status_code == 303 and "Shop 2" in owner.get("/settings/advertising").text
    assert owner.post(f"{made.location}/restore").status_code == 303


def test_the_log_is_read_by_the_api_and_only_here(
    owner: FlaskClient, outsider: FlaskClient, viewer: FlaskClient, anybody: FlaskClient, page: Connection
) -> None:
    raw = leadgen("7", "8")
    anybody.post(AT, data=raw, headers=signed(raw))
    at = f"/api/ad-connections/{page.id}/leads"
    listed = owner.get(f"{at}?limit=1").get_json()
    assert [each["leadgen_id"] for each in listed["data"]] == ["8"] and listed["page"]["next"]
    one = f"{at}/{listed['data'][0]['id']}"
    assert owner.get(one).get_json()["data"]["state"] == "waiting"
    assert owner.post(f"{one}/replay").status_code == 200, "one that waits is fetched at once"
    assert outsider.get(one).status_code == 404 and viewer.get(one).status_code == 403
    assert owner.get(f"{at}?state=odd").status_code == 422
    assert "№ 8" in owner.get(f"/settings/advertising/{page.id}/leads?state=waiting").text


def test_a_destination_of_conversions_is_connected_and_its_log_is_read(
    owner: FlaskClient, viewer: FlaskClient
) -> None:
    assert owner.get("/settings/advertising/new/google_conversions").status_code == 200
    form = {"name": "Meta", "account": "77", "active": "1", "credentials.access_token": "t0k3n"}
    given = {**form, "options.test_event_code": "TEST1"}
    made = owner.post("/settings/advertising/new/meta_conversions", data=given)
    assert made.status_code == 303
    shown = owner.get(made.location).text + owner.get(f"{made.location}/edit").text
    assert "Conversions" in shown and "TEST1" in shown and "t0k3n" not in shown
    assert "No conversions" in owner.get(f"{made.location}/conversions?state=unknown").text
    at = f"/api/ad-connections/{made.location.rsplit('/', 1)[1]}/conversions"
    assert owner.get(at).get_json()["data"] == [] and viewer.get(at).status_code == 403
    assert owner.get(f"{at}/1").status_code == 404 and owner.post(f"{at}/1/tell").status_code == 404
    wrong = {"purpose": "meta_conversions", "name": "M", "account": "7", "options": {"odd": "1"}}
    assert owner.post("/api/ad-connections", json=wrong).status_code == 422
