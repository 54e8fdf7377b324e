"""A form as strangers see and send it: kept before anything is made of it, once, and never with a 500."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.web_forms.fields import WebFormChanges
from crm.web_forms.projection import project_due
from crm.web_forms.web_form import WebForm
from crm.web_forms.web_forms import change_web_form
from tests.support.api import client_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish
from tests.support.page_forms import forms_of
from tests.support.web_forms import add_web_form, submissions_of

SITE = "https://www.example.org"
GIVEN = {"name": "Ada L.", "email": "ada@example.com", "message": "Call me", "consent": "1"}
URLENCODED = "application/x-www-form-urlencoded"
JSON = {"Accept": "application/json"}


@pytest.fixture
def form(db: Database, cast: Cast) -> WebForm:
    furnish(db, cast.owner)
    return add_web_form(db, cast.owner, consent_text="You may call me.", sites=[SITE])


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def api(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


def drawn(visitor: FlaskClient, path: str) -> dict[str, str]:
    (found,) = forms_of(visitor.get(path).get_data(as_text=True))
    return {name: value for name, value in found.values.items() if value}


def test_what_is_sent_becomes_a_client_with_a_lead_and_consent_once(
    db: Database, cast: Cast, api: FlaskClient, form: WebForm, frozen_clock: FrozenClock
) -> None:
    visitor = api.application.test_client()
    path = f"/f/{form.token}?utm_source=news&gclid=abc"
    sent = {**drawn(visitor, path), **GIVEN}
    frozen_clock.advance(seconds=10)
    for _ in range(2):
        answer = visitor.post(f"/f/{form.token}", data=sent)
        assert answer.status_code == 303 and answer.location == f"/f/{form.token}/thanks"
        assert "Set-Cookie" not in answer.headers
    assert "Thank you" in visitor.get(answer.location).get_data(as_text=True)
    (kept,) = submissions_of(db, cast.owner, form)
    assert kept.state == "waiting" and kept.consent_text == "You may call me."
    assert kept.marks == {"utm_source": "news", "gclid": "abc"}
    assert project_due(db) == 1 and project_due(db) == 0
    (done,) = submissions_of(db, cast.owner, form)
    lead = api.get(f"/api/leads/{done.lead_id}").get_json()["data"]
    assert done.state == "done" and lead["title"] == "Website: Ada L." and "Call me" in lead["details"]
    client = api.get(f"/api/clients/{lead['client_id']}").get_json()["data"]
    assert client["email"] == "ada@example.com"
    consents = api.get(f"/api/clients/{lead['client_id']}/consents").get_json()["data"]
    assert [(each["channel"], each["note"]) for each in consents] == [("email", "You may call me.")]
    corrected = visitor.post(f"/f/{form.token}", data={**sent, "message": "Call me today"})
    assert corrected.status_code == 303
    project_due(db)
    assert [each.lead_id for each in submissions_of(db, cast.owner, form)] == [done.lead_id] * 2


def test_spam_is_shown_to_a_person_and_not_dropped(
    db: Database, cast: Cast, api: FlaskClient, form: WebForm, frozen_clock: FrozenClock
) -> None:
    visitor = api.application.test_client()
    page = drawn(visitor, f"/f/{form.token}")
    assert visitor.post(f"/f/{form.token}", data={**page, **GIVEN}).status_code == 303
    frozen_clock.advance(seconds=10)
    trapped = {**page, **GIVEN, "homepage_url": "https://spam.example"}
    assert visitor.post(f"/f/{form.token}", data={**trapped, "message": "Buy"}).status_code == 303
    strange = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert visitor.post(f"/f/{form.token}", data=GIVEN, headers=strange).status_code == 303
    assert project_due(db) == 0
    kept = submissions_of(db, cast.owner, form)
    assert [each.state for each in kept] == ["suspicious"] * 3
    assert len({each.reason for each in kept}) == 3
    shown = api.get(f"/settings/forms/{form.id}/submissions?state=suspicious").get_data(as_text=True)
    assert shown.count("Ada L.") == 3 and "two seconds" in shown


def test_what_is_refused_sets_no_cookie_either(visitor: FlaskClient, form: WebForm) -> None:
    large = {"message": "x" * 2_000_000}
    for answer, status in (
        (visitor.post(f"/f/{form.token}", data=large), 413),
        (visitor.put(f"/f/{form.token}"), 405),
        (visitor.get(f"/f/{form.token}/nothing"), 404),
        (visitor.get("/f/unknown.js"), 404),
    ):
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (status, False)


def test_sites_that_are_named_may_frame_and_read_it_and_no_others(
    visitor: FlaskClient, form: WebForm
) -> None:
    page = visitor.get(f"/f/{form.token}")
    assert f"frame-ancestors 'self' {SITE};" in page.headers["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in page.headers and "Set-Cookie" not in page.headers
    assert visitor.get("/login").headers["X-Frame-Options"] == "DENY"
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for origin, allowed in ((SITE, SITE), ("https://elsewhere.example", None)):
        told = visitor.options(f"/f/{form.token}", headers={"Origin": origin, **ask})
        assert told.headers.get("Access-Control-Allow-Origin") == allowed
        cross = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        answer = visitor.post(f"/f/{form.token}", json=GIVEN, headers=cross)
        assert answer.status_code == 200 and answer.get_json()["data"]["received"] is True
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    script = visitor.get(f"/f/{form.token}.js")
    assert script.mimetype == "text/javascript" and "You may call me." in script.get_data(as_text=True)
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_odd_marks_never_cost_a_lead(db: Database, cast: Cast, visitor: FlaskClient, form: WebForm) -> None:
    page = "https://www.example.org/?utm_campaign=" + "ü" * 900 + "&fbclid=x%00y&utm_term=%ff"
    given = {**GIVEN, "page": page, "gclid": "x" * 9_000, "began": "yesterday", "key": "k" * 9_000}
    assert visitor.post(f"/f/{form.token}", json={**given, "utm_source": "a\0b"}).status_code == 200
    (kept,) = submissions_of(db, cast.owner, form)
    assert kept.state == "waiting" and kept.marks["utm_source"] == "ab" and len(kept.marks["gclid"]) == 500
    assert project_due(db) == 1
    assert submissions_of(db, cast.owner, form)[0].state == "done"


def test_errors_keep_what_was_typed_and_name_the_questions(visitor: FlaskClient, form: WebForm) -> None:
    answer = visitor.post(f"/f/{form.token}", data={"name": "Ada <b>", "email": "ada", "consent": "1"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Ada &lt;b&gt;" in text and "e-mail address" in text
    refused = visitor.post(f"/f/{form.token}", data={"name": "Ada", "email": "a@b.cd"}).get_data(as_text=True)
    assert '<a href="#consent">Consent</a>' in refused
    box = re.search(r'<input type="checkbox" name="consent"[^>]*>', refused)
    assert box is not None and 'id="consent"' in box[0] and "required" in box[0]
    told = visitor.post(f"/f/{form.token}", json={"name": "Ada", "email": "ada"}, headers=JSON)
    assert told.status_code == 422
    assert [each["field"] for each in told.get_json()["errors"]] == ["email", "consent"]


def test_a_form_that_is_off_or_unknown_is_closed(
    db: Database, cast: Cast, visitor: FlaskClient, form: WebForm
) -> None:
    db.write(change_web_form, cast.owner, form.id, WebFormChanges(active=False))
    for path in (f"/f/{form.token}", "/f/unknown", f"/f/{form.token}/thanks"):
        assert visitor.get(path).status_code == 404
    assert visitor.post(f"/f/{form.token}", data=GIVEN).status_code == 404
    assert visitor.post("/f/unknown", json=GIVEN).status_code == 404
    assert visitor.get("/f/confirm/1/nonsense").status_code == 404
    assert submissions_of(db, cast.owner, form) == []


def test_a_form_asks_custom_fields_and_says_what_does_not_fit(
    db: Database, cast: Cast, api: FlaskClient, visitor: FlaskClient, form: WebForm
) -> None:
    for field in (
        {"kind": "lead", "label": "Budget", "field_type": "number"},
        {
            "kind": "lead",
            "label": "Colours",
            "field_type": "multi_choice",
            "choices": [{"label": "Red"}, {"label": "Blue"}],
        },
        {"kind": "client", "label": "Member", "field_type": "yes_no"},
    ):
        made: Any = api.post("/api/custom-fields", json=field)
        assert made.status_code == 201, made.get_data(as_text=True)
    custom = [{"name": f"{kind}.{key}"} for kind, key in
              (("lead", "budget"), ("lead", "colours"), ("client", "member"))]  # fmt: skip
    asked = [{"name": "email", "required": True}, *custom]
    second = add_web_form(db, cast.owner, name="Offer", asked=asked)
    page = visitor.get(f"/f/{second.token}").get_data(as_text=True)
    assert "Budget" in page and "Colours" in page and "Member" in page
    wrong = {"email": "b@example.com", "lead.budget": "much"}
    odd = visitor.post(f"/f/{second.token}", json=wrong)
    assert [each["field"] for each in odd.get_json()["errors"]] == ["lead.budget"]
    assert odd.get_json()["detail"].startswith("Budget: ")
    shown = visitor.post(f"/f/{second.token}", data=wrong).get_data(as_text=True)
    assert '<a href="#lead.budget">Budget</a>' in shown and 'id="lead.budget"' in shown
    colours = [choice["key"] for choice in
               next(each for each in api.get("/api/custom-fields?kind=lead").get_json()["data"]
                    if each["key"] == "colours")["choices"]]  # fmt: skip
    given = {"email": "b@example.com", "lead.budget": 20, "lead.colours": colours, "client.member": True}
    assert visitor.post(f"/f/{second.token}", json=given).status_code == 200
    project_due(db)
    (done,) = submissions_of(db, cast.owner, second)
    lead = api.get(f"/api/leads/{done.lead_id}").get_json()["data"]
    assert lead["custom"] == {"budget": 20, "colours": colours}
    assert api.get(f"/api/clients/{lead['client_id']}").get_json()["data"]["custom"] == {"member": True}
