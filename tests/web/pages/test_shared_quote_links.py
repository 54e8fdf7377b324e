"""Links to quotes for customers: what is forged, expired, taken back, replaced or guessed shows nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.page_forms import forms_of

SECRET_TITLE = "Fitting of the secret room"
ITEM = {"title": SECRET_TITLE, "quantity": 2, "unit_price": 50, "tax_rate": 19}


@pytest.fixture
def api(owner: FlaskClient, db: Database, cast: Cast) -> FlaskClient:
    furnish(db, cast.owner)
    return owner


def sent(api: FlaskClient) -> tuple[int, str]:
    """The id of a quote that was sent, and the path of its page."""
    quote = int(api.post("/api/quotes", json={"lines": [ITEM]}).get_json()["data"]["id"])
    return quote, f"/q/{api.post(f'/api/quotes/{quote}/links').get_json()['data']['token']}"


def answer_to(page: str) -> dict[str, str]:
    """What the form of the page sends to accept."""
    (form,) = [each for each in forms_of(page) if each.method == "post"]
    return {**form.values, "name": "Ada", "answer": "accept"}


def expire(api: FlaskClient, db: Database, quote: int) -> None:
    def set_back(tx: Transaction) -> None:
        tx.run(
            "UPDATE quote_links SET expires_at = :past WHERE quote_id = :quote_id AND workspace_id > 0",
            past=clock.later(tx.now, timedelta(seconds=-1)),
            quote_id=quote,
        )

    db.write(set_back, SYSTEM)


def revoke(api: FlaskClient, db: Database, quote: int) -> None:
    link = api.get(f"/api/quotes/{quote}/links").get_json()["data"][0]["id"]
    assert api.delete(f"/api/quotes/{quote}/links/{link}").status_code == 204


def replace(api: FlaskClient, db: Database, quote: int) -> None:
    assert api.patch(f"/api/quotes/{quote}", json={"title": "Another"}).status_code == 200


def delete(api: FlaskClient, db: Database, quote: int) -> None:
    assert api.delete(f"/api/quotes/{quote}").status_code == 204


def switch_off(api: FlaskClient, db: Database, quote: int) -> None:
    db.write(lambda tx: tx.run("UPDATE workspaces SET module_quotes = 0 WHERE id > 0"), SYSTEM)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (expire, "has expired"),
        (revoke, "no longer valid"),
        (replace, "replaced by a newer version"),
        (delete, "does not work"),
        (switch_off, "does not work"),
    ],
)
def test_a_link_that_has_ended_shows_and_takes_nothing(
    api: FlaskClient, anybody: FlaskClient, db: Database, end: Callable[..., None], said: str
) -> None:
    quote, path = sent(api)
    answer = answer_to(anybody.get(path).get_data(as_text=True))
    end(api, db, quote)
    for ended in (
        anybody.get(path),
        anybody.get(f"{path}/pdf"),
        anybody.get(f"{path}/logo"),
        anybody.post(path, data=answer),
    ):
        page = ended.get_data(as_text=True)
        assert ended.status_code == 404 and SECRET_TITLE not in page, ended.request.path
        assert "noindex" in ended.headers["X-Robots-Tag"]
    assert said in anybody.get(path).get_data(as_text=True)
    states = db.read(
        lambda tx: tx.all("SELECT state, answered_by FROM quotes WHERE workspace_id > 0"), SYSTEM
    )
    assert [row["answered_by"] for row in states] == [None] and states[0]["state"] != "accepted"


@pytest.mark.parametrize("token", ["x", "A" * 43, "A" * 3_000, "..%2f..", "%00", "é" * 200, "' OR 1=1 --"])
def test_a_forged_token_shows_a_clear_page(api: FlaskClient, anybody: FlaskClient, token: str) -> None:
    _, path = sent(api)
    for forged in (token, path.removeprefix("/q/")[:-1] + "-", path.removeprefix("/q/").swapcase()):
        for way in (f"/q/{forged}", f"/q/{forged}/pdf", f"/q/{forged}/logo"):
            answer = anybody.get(way)
            assert answer.status_code == 404 and SECRET_TITLE not in answer.get_data(as_text=True), way


def test_who_accepts_twice_is_told_so_and_nothing_is_made_twice(
    api: FlaskClient, anybody: FlaskClient, db: Database
) -> None:
    quote, path = sent(api)
    answer = answer_to(anybody.get(path).get_data(as_text=True))
    for _ in range(2):
        assert anybody.post(path, data=answer).status_code == 303
    assert anybody.post(path, data={**answer, "answer": "decline"}).status_code == 303
    page = anybody.get(path).get_data(as_text=True)
    assert "accepted already" in page and 'name="answer"' not in page
    found: list[Any] = api.get(f"/api/tasks?subject=quote&subject_id={quote}").get_json()["data"]
    assert (len(found), len(api.get("/api/deals").get_json()["data"])) == (1, 1)


def test_what_is_neither_accept_nor_decline_answers_nothing(api: FlaskClient, anybody: FlaskClient) -> None:
    quote, path = sent(api)
    said = answer_to(anybody.get(path).get_data(as_text=True))
    for answer in ({}, {"answer": ""}, {"answer": "comment"}):
        given = {name: value for name, value in said.items() if name != "answer"} | answer
        assert anybody.post(path, data=given).status_code == 422
    assert api.get(f"/api/quotes/{quote}").get_json()["data"]["state"] == "sent"


@pytest.fixture
def strict(settings: Settings, db: Database, cast: Cast) -> Iterator[Flask]:
    with running_app(settings.model_copy(update={"rate_limit": "8 per hour"})) as app:
        yield app


def test_guesses_and_visits_are_counted_by_address(strict: Flask, db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    _, path = sent(client_of(strict, db, cast.owner))
    visitor = strict.test_client()
    guesses = [visitor.get(f"/q/{number:043}").status_code for number in range(7)]
    assert guesses == [404] * 7
    assert [visitor.get(path).status_code for _ in range(3)] == [200, 429, 429]
    limited = visitor.post(path, data={"name": "Ada", "answer": "accept"})
    assert limited.status_code == 429 and int(limited.headers["Retry-After"]) > 0
