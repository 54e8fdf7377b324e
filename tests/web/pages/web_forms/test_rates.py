"""How many forms one address sends, and one form takes: more is refused, and says when to try again."""

from concurrent.futures import ThreadPoolExecutor

import limits
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.db.database import Database
from crm.web.requests import limits as rates
from crm.web_forms.web_form import WebForm
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.web_forms import add_web_form, submissions_of

JSON = {"Accept": "application/json"}
MULTIPART = "multipart/form-data; boundary=x"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nb@example.com\r\n'
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\nSIZE\r\n--x--\r\n'
)


@pytest.fixture
def forms(db: Database, cast: Cast) -> tuple[WebForm, WebForm]:
    furnish(db, cast.owner)
    return add_web_form(db, cast.owner), add_web_form(db, cast.owner, name="Second")


def send(visitor: FlaskClient, form: WebForm, number: int, address: str, **headers: str) -> TestResponse:
    given = {"name": f"P{number}", "email": f"p{number}@example.com"}
    return visitor.post(
        f"/f/{form.token}", data=given, headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_an_address_sends_so_many_forms_and_others_go_on(
    anybody: FlaskClient, db: Database, cast: Cast, forms: tuple[WebForm, WebForm]
) -> None:
    first, second = forms
    here, there = "203.0.113.7", "198.51.100.7"
    most = rates.SUBMISSIONS.amount
    for number in range(most):
        assert send(anybody, first, number, here).status_code == 303
    assert refused(send(anybody, first, most, here)) and refused(send(anybody, second, most, here, **JSON))
    assert "Try again later" in send(anybody, first, most, here).text
    assert send(anybody, first, most, there).status_code == 303
    assert len(submissions_of(db, cast.owner, first)) == most + 1
    assert submissions_of(db, cast.owner, second) == []


def test_a_form_takes_so_many_from_all_addresses_and_others_go_on(
    anybody: FlaskClient,
    db: Database,
    cast: Cast,
    forms: tuple[WebForm, WebForm],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = forms
    monkeypatch.setattr(rates, "FORM_SUBMISSIONS", limits.parse("5/hour"))
    answers = [send(anybody, first, number, f"203.0.{number}.1", **JSON) for number in range(7)]
    assert [each.status_code for each in answers] == [200] * 5 + [429] * 2
    assert all(refused(each) for each in answers[5:])
    assert send(anybody, second, 1, "203.0.1.1").status_code == 303
    assert len(submissions_of(db, cast.owner, first)) == 5


def test_what_is_refused_is_not_counted_and_a_limit_is_told_whatever_the_size(
    anybody: FlaskClient, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(db, cast.owner)
    asked = [{"name": "email", "required": True}, {"name": "files"}]
    form = add_web_form(db, cast.owner, asked=asked)
    monkeypatch.setattr(rates, "SUBMISSIONS", limits.parse("1/hour"))
    for _ in range(3):
        assert anybody.post(f"/f/{form.token}", data={"email": "odd"}).status_code == 422
    assert anybody.post(f"/f/{form.token}", data={"email": "a@example.com"}).status_code == 303
    for size in (10, 3_000_000):
        body = PARTS.replace(b"SIZE", b"x" * size)
        assert refused(anybody.post(f"/f/{form.token}", data=body, content_type=MULTIPART))


def test_many_that_are_sent_at_once_are_no_more_than_the_limit(
    app: Flask, db: Database, cast: Cast, forms: tuple[WebForm, WebForm], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = forms
    monkeypatch.setattr(rates, "FORM_SUBMISSIONS", limits.parse("2/hour"))
    with ThreadPoolExecutor(6) as pool:
        numbers = range(6)
        sent = pool.map(
            lambda each: send(app.test_client(), first, each, f"203.0.{each}.1").status_code, numbers
        )
    assert sorted(sent) == [303] * 2 + [429] * 4
    assert len(submissions_of(db, cast.owner, first)) == 2
