"""The page of a quote for a customer: seen, accepted or declined by its secret link, once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.documents import answering
from crm.errors import Conflict
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.page_forms import PageForm, forms_of

ITEM = {"title": "Fitting", "quantity": 2, "unit_price": 50, "tax_rate": 19}
OPTION = {**ITEM, "title": "Lamp", "optional": True, "unit_price": 10}


@pytest.fixture
def api(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return client_of(app, db, cast.owner)


@pytest.fixture
def customer(app: Flask) -> FlaskClient:
    return app.test_client()


def data(client: FlaskClient, path: str) -> Any:
    return client.get(path).get_json()["data"]


def sent(api: FlaskClient, **given: object) -> tuple[int, str]:
    """The id of a quote that was sent, and the path of its page."""
    made = api.post("/api/quotes", json={"lines": [ITEM, OPTION], **given})
    quote = int(made.get_json()["data"]["id"])
    return quote, link_to(api, quote)


def link_to(api: FlaskClient, quote: int) -> str:
    answer = api.post(f"/api/quotes/{quote}/links")
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return f"/q/{answer.get_json()['data']['token']}"


def answer_forms(page: str) -> list[PageForm]:
    return [form for form in forms_of(page) if form.method == "post"]


def answered(customer: FlaskClient, path: str, answer: str = "accept", **given: object) -> Any:
    (form,) = answer_forms(customer.get(path).get_data(as_text=True))
    values = {**form.values, "name": "Ada L.", "answer": answer, **given}
    return customer.post(form.action, data=values)


def test_a_customer_sees_the_quote_and_the_sender_sees_that(api: FlaskClient, customer: FlaskClient) -> None:
    quote, path = sent(api, title="Kitchen", header="Dear <b>Ada</b>")
    shown = customer.get(path)
    page = shown.get_data(as_text=True)
    assert "Fitting" in page and "Dear &lt;b&gt;Ada&lt;/b&gt;" in page and "119" in page
    assert "noindex" in shown.headers["X-Robots-Tag"] and shown.headers["Cache-Control"] == "no-store"
    assert customer.get(f"{path}/pdf").data.startswith(b"%PDF-")
    (link,) = data(api, f"/api/quotes/{quote}/links")
    assert (link["seen_count"], link["works"]) == (1, True) and link["seen_at"]
    assert data(api, f"/api/quotes/{quote}")["state"] == "sent"


def test_accepting_with_options_wins_the_lead_and_makes_a_task(
    api: FlaskClient, customer: FlaskClient
) -> None:
    lead = api.post("/api/leads", json={"title": "Roof"}).get_json()["data"]["id"]
    quote, path = sent(api, lead_id=lead)
    assert answered(customer, path, chosen=["1"], comment="Please in May").status_code == 303
    accepted = data(api, f"/api/quotes/{quote}")
    assert (accepted["state"], accepted["answered_by"], accepted["answer"]) == (
        "accepted", "Ada L.", "Please in May",
    )  # fmt: skip
    assert (accepted["total_net"], accepted["lines"][1]["chosen"]) == (120, True)
    assert data(api, f"/api/leads/{lead}")["status"] == "won"
    (task,) = data(api, f"/api/tasks?subject=quote&subject_id={quote}")
    assert accepted["quote_number"] in task["title"] and task["assignee_id"] == accepted["owner_id"]
    problem_of(api.patch(f"/api/quotes/{quote}", json={"title": "x"}), 409)
    assert "accepted already" in customer.get(path).get_data(as_text=True)


def test_an_answer_is_given_once(api: FlaskClient, customer: FlaskClient, db: Database) -> None:
    quote, path = sent(api)
    token = path.removeprefix("/q/")

    def accept(number: int) -> str:
        given = answering.QuoteAnswer(name=f"Guest {number}")
        try:
            db.write(answering.accept_quote, SYSTEM, token, given)
        except Conflict:
            return "refused"
        return "accepted"

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(accept, range(8), timeout=60))
    assert sorted(said) == ["accepted", *["refused"] * 7]
    assert len(data(api, f"/api/tasks?subject=quote&subject_id={quote}")) == 1


def test_declining_keeps_the_comment_and_the_lead_open(api: FlaskClient, customer: FlaskClient) -> None:
    lead = api.post("/api/leads", json={"title": "Roof"}).get_json()["data"]["id"]
    quote, path = sent(api, lead_id=lead)
    assert answered(customer, path, "decline", comment="Too expensive").status_code == 303
    assert data(api, f"/api/quotes/{quote}")["state"] == "declined"
    assert data(api, f"/api/leads/{lead}")["status"] == "new"


def test_what_does_not_fit_is_said_and_stores_nothing(api: FlaskClient, customer: FlaskClient) -> None:
    quote, path = sent(api)
    for given in ({"name": " "}, {"chosen": ["0"]}, {"comment": "x" * 10_001}):
        refused = answered(customer, path, **given)
        assert refused.status_code == 422 and "error-summary" in refused.get_data(as_text=True), given
    assert data(api, f"/api/quotes/{quote}")["state"] == "sent"


def test_a_failure_leaves_nothing(
    api: FlaskClient, customer: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the last step, after quote, lines and lead were written."""
    lead = api.post("/api/leads", json={"title": "Roof"}).get_json()["data"]["id"]
    quote, path = sent(api, lead_id=lead)
    before = data(api, f"/api/quotes/{quote}")

    def fail(*_given: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(answering, "_add_task", fail)
    with pytest.raises(OSError, match="power cut"):
        db.write(
            answering.accept_quote,
            SYSTEM,
            path.removeprefix("/q/"),
            answering.QuoteAnswer(name="Ada", chosen=[1]),
        )
    assert data(api, f"/api/quotes/{quote}") == before
    assert data(api, f"/api/leads/{lead}")["status"] == "new"


def test_forged_revoked_replaced_and_expired_links_show_a_clear_page(
    api: FlaskClient, customer: FlaskClient, db: Database
) -> None:
    quote, path = sent(api)
    for token in ("x", "A" * 43, path[3:-1] + "_", "%00", "é" * 200):
        assert customer.get(f"/q/{token}").status_code == 404, token
    second = link_to(api, quote)
    link = data(api, f"/api/quotes/{quote}/links")[0]["id"]
    assert api.delete(f"/api/quotes/{quote}/links/{link}").status_code == 204
    assert "no longer valid" in customer.get(second).get_data(as_text=True)
    api.patch(f"/api/quotes/{quote}", json={"title": "New"})
    replaced = customer.get(path)
    assert replaced.status_code == 404 and "newer version" in replaced.get_data(as_text=True)
    assert data(api, f"/api/quotes/{quote}")["state"] == "draft"
    revision, late = data(api, f"/api/quotes/{quote}/revisions"), link_to(api, quote)
    assert [each["revision"] for each in revision] == [1], "what was sent stays as it was"
    api.delete(f"/api/quotes/{quote}")
    assert customer.get(late).status_code == 404


def test_a_quote_that_is_valid_no_longer_cannot_be_accepted(api: FlaskClient, customer: FlaskClient) -> None:
    quote, path = sent(api, valid_until="2020-01-01")
    page = customer.get(path).get_data(as_text=True)
    assert "no longer valid" in page and answer_forms(page) == []
    assert data(api, f"/api/quotes/{quote}")["expired"] is True


def test_no_other_workspace_makes_sees_or_revokes_links(
    app: Flask, db: Database, cast: Cast, api: FlaskClient
) -> None:
    quote, _ = sent(api)
    link = data(api, f"/api/quotes/{quote}/links")[0]["id"]
    stranger = client_of(app, db, cast.outsider)
    problem_of(stranger.post(f"/api/quotes/{quote}/links"), 404)
    problem_of(stranger.get(f"/api/quotes/{quote}/links"), 404)
    problem_of(stranger.delete(f"/api/quotes/{quote}/links/{link}"), 404)
    problem_of(stranger.get(f"/api/quotes/{quote}/revisions"), 404)


def test_a_quote_without_lines_is_not_sent(api: FlaskClient) -> None:
    quote = api.post("/api/quotes", json={}).get_json()["data"]["id"]
    problem_of(api.post(f"/api/quotes/{quote}/links"), 409)
