"""Double opt-in: nothing is made of a submission until the button behind the e-mail's link is pressed."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.web_forms.confirming import send_confirmations
from crm.web_forms.projection import project_due
from crm.web_forms.web_form import WebForm
from tests.support.arrivals import rows
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.mailbox import Mailbox, serving
from tests.support.web_forms import add_web_form

GIVEN = {"name": "Ada", "email": "ada@example.com"}


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def posting(mailbox: Mailbox, prepared: Settings) -> Iterator[Settings]:
    with serving(mailbox, prepared) as settings:
        yield settings


@pytest.fixture
def form(db: Database, cast: Cast) -> WebForm:
    furnish(db, cast.owner)
    return add_web_form(db, cast.owner, double_opt_in=True)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def state_of(db: Database, form: WebForm) -> str:
    (row,) = rows(db, "SELECT state FROM web_form_submissions WHERE form_id = :form_id", form_id=form.id)
    return str(row["state"])


def test_only_a_confirmed_submission_becomes_a_lead(
    db: Database, visitor: FlaskClient, form: WebForm, mailbox: Mailbox, posting: Settings
) -> None:
    for _ in range(2):
        answer = visitor.post(f"/f/{form.token}", json={**GIVEN, "key": "same"})
        assert "e-mail" in answer.get_json()["data"]["thanks"]
    assert send_confirmations(db, posting) == 1 and project_due(db) == 0
    (letter,) = mailbox.letters
    found = re.search(r"https://crm\.example\.org(/f/confirm/\S+)", letter.get_content())
    assert letter["To"] == "ada@example.com" and found is not None
    assert visitor.get(f"{found[1][:-4]}0000").status_code == 404
    assert visitor.get(found[1]).status_code == 200
    assert project_due(db) == 0 and state_of(db, form) == "unconfirmed"
    for _ in range(2):
        assert "confirmed" in visitor.post(found[1]).get_data(as_text=True)
    assert project_due(db) == 1
    assert state_of(db, form) == "done"
