"""/api/clients/{id}/consents: entered, listed, refused, in both workspaces, and by the client's page."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.client_pages import text_of
from tests.support.clients import add_client


def json_of(response: TestResponse) -> Any:
    return response.get_json()


def enter(client: FlaskClient, client_id: int, **given: Any) -> TestResponse:
    body = {"channel": "whatsapp", "purpose": "marketing", "state": "opted_in", **given}
    return client.post(f"/api/clients/{client_id}/consents", json=body)


def test_a_consent_is_entered_and_listed(owner: FlaskClient, db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    made = enter(owner, ada.id, source="form", at="2026-01-02T03:04:05+01:00", note="Yes, please")
    assert made.status_code == 201
    found = json_of(owner.get(made.headers["Location"]))["data"]
    assert found == json_of(made)["data"]
    assert (found["at"], found["note"], found["is_present"]) == (
        "2026-01-02T02:04:05.000Z",
        "Yes, please",
        True,
    )
    assert enter(owner, ada.id, state="opted_out").status_code == 201
    first = json_of(owner.get(f"/api/clients/{ada.id}/consents?limit=1"))
    assert first["data"][0]["state"] == "opted_out"
    second = json_of(owner.get(f"/api/clients/{ada.id}/consents?limit=1&cursor={first['page']['next']}"))
    assert (second["data"], second["page"]["next"]) == ([found | {"is_present": False}], None)
    assert json_of(owner.get(f"/api/clients/{ada.id}"))["data"]["consents"] == [
        {
            "channel": "whatsapp",
            "purpose": "marketing",
            "state": "opted_out",
            "at": first["data"][0]["at"],
            "source": "api",
        }
    ]


def test_what_does_not_fit_is_refused_by_field_and_nothing_is_kept(
    owner: FlaskClient, db: Database, cast: Cast
) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    wrong = {
        "channel": "fax", "purpose": "fun", "state": "yes", "source": "undo", "at": "2199-01-01T00:00:00Z",
        "note": "x" * 2_001,
    }  # fmt: skip
    for name, value in wrong.items():
        refused = enter(owner, ada.id, **{name: value})
        assert refused.status_code == 422
        assert [each["field"] for each in json_of(refused)["errors"]] == [name]
    assert json_of(owner.get(f"/api/clients/{ada.id}/consents"))["data"] == []


def test_strangers_and_viewers_enter_nothing(
    owner: FlaskClient, outsider: FlaskClient, viewer: FlaskClient, db: Database, cast: Cast
) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    consent_id = json_of(enter(owner, ada.id))["data"]["id"]
    assert enter(outsider, ada.id).status_code == 404
    assert outsider.get(f"/api/clients/{ada.id}/consents").status_code == 404
    own = add_client(db, cast.outsider, name="Own")
    assert outsider.get(f"/api/clients/{own.id}/consents/{consent_id}").status_code == 404
    assert enter(viewer, ada.id).status_code == 403
    assert viewer.get(f"/api/clients/{ada.id}/consents").status_code == 200
    assert viewer.post(f"/clients/{ada.id}/consents", data={"topic": "email_marketing"}).status_code in {
        400,
        403,
    }


def test_a_repeated_request_enters_it_once(owner: FlaskClient, db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    body = {"channel": "sms", "state": "opted_out"}
    for _ in range(2):
        made = owner.post(f"/api/clients/{ada.id}/consents", json=body, headers={"Idempotency-Key": "a"})
        assert made.status_code == 201
    assert len(json_of(owner.get(f"/api/clients/{ada.id}/consents"))["data"]) == 1


def test_the_page_shows_what_holds_and_takes_more(owner: FlaskClient, db: Database, cast: Cast) -> None:
    ada = add_client(db, cast.owner, name="Ada")
    page = f"/clients/{ada.id}/consents"
    assert f'href="{page}"' in text_of(owner.get(f"/clients/{ada.id}"))
    given = {"topic": "email_marketing", "state": "opted_in", "source": "form", "note": "By card"}
    given["day"] = "2026-02-03"
    assert owner.post(page, data=given).status_code == 303
    refused = owner.post(page, data=given | {"topic": "x", "day": "2199-01-01", "note": "Kept"})
    assert (refused.status_code, "Kept" in text_of(refused)) == (422, True)
    assert owner.post(page, data=given | {"day": "2026-02-31"}).status_code == 422
    assert owner.post(page, data=given | {"state": "opted_out", "day": ""}).status_code == 303
    shown = text_of(owner.get(page))
    assert shown.count('<li id="consent-') == 2 and "By card" in shown and "counts now" in shown
    record = text_of(owner.get(f"/clients/{ada.id}"))
    assert "E-mail: Marketing" in record and "Opted out" in record
    assert owner.post("/clients/99999/consents", data=given).status_code == 404
