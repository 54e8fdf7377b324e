"""Hostile and broken submissions of a web form: each is refused clearly, and nothing of it is stored."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.db.database import Database
from crm.web_forms.web_form import WebForm
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.web_forms import add_web_form, submissions_of

GIVEN = {"name": "Ada L.", "email": "ada@example.com", "message": "Call me", "consent": "1"}
URLENCODED = "application/x-www-form-urlencoded"
LATIN_PARTS = (
    b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
        for part in ((b"name", b"M\xfcller"), (b"email", b"a@b.cd"), (b"consent", b"1"))
    )
    + b"--x--\r\n"
)


@pytest.fixture
def form(db: Database, cast: Cast) -> WebForm:
    furnish(db, cast.owner)
    return add_web_form(db, cast.owner, consent_text="You may call me.")


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


HOSTILE: dict[str, tuple[int, Callable[[FlaskClient, str], TestResponse]]] = {
    "nothing": (422, lambda visitor, path: visitor.post(path, data={"other": "1"})),
    "no consent": (422, lambda visitor, path: visitor.post(path, data={**GIVEN, "consent": ""})),
    "no address": (422, lambda visitor, path: visitor.post(path, data={**GIVEN, "email": "ada"})),
    "Latin-1": (
        422,
        lambda visitor, path: visitor.post(
            path, data=b"name=M%FCller&email=a%40b.cd&consent=1", content_type=URLENCODED
        ),
    ),
    "Latin-1 bytes": (
        422,
        lambda visitor, path: visitor.post(
            path, data=b"name=M\xfcller&email=a%40b.cd&consent=1", content_type=URLENCODED
        ),
    ),
    "Latin-1 in parts": (
        422,
        lambda visitor, path: visitor.post(
            path, data=LATIN_PARTS, content_type="multipart/form-data; boundary=x"
        ),
    ),
    "NUL": (422, lambda visitor, path: visitor.post(path, data={**GIVEN, "message": "a\0b"})),
    "NUL in JSON": (422, lambda visitor, path: visitor.post(path, json={**GIVEN, "name": "a\0b"})),
    "surrogate": (
        400,
        lambda visitor, path: visitor.post(path, data=b'{"name":"\\ud800"}', content_type="application/json"),
    ),
    "huge field": (422, lambda visitor, path: visitor.post(path, data={**GIVEN, "message": "x" * 30_000})),
    "long message": (422, lambda visitor, path: visitor.post(path, data={**GIVEN, "message": "x" * 5_001})),
    "huge body": (413, lambda visitor, path: visitor.post(path, data={**GIVEN, "message": "x" * 3_000_000})),
    "unknown field": (422, lambda visitor, path: visitor.post(path, json={**GIVEN, "role": "owner"})),
    "number": (422, lambda visitor, path: visitor.post(path, json={**GIVEN, "email": 7})),
    "object": (422, lambda visitor, path: visitor.post(path, json={**GIVEN, "name": {"a": 1}})),
    "list": (422, lambda visitor, path: visitor.post(path, json={**GIVEN, "name": ["a", "b"]})),
    "list of lists": (422, lambda visitor, path: visitor.post(path, json={**GIVEN, "name": [["a"]]})),
    "array": (400, lambda visitor, path: visitor.post(path, json=[1])),
    "nested": (
        400,
        lambda visitor, path: visitor.post(path, data=b"[" * 90_000, content_type="application/json"),
    ),
    "other type": (415, lambda visitor, path: visitor.post(path, data=b"x", content_type="text/csv")),
    "no type": (415, lambda visitor, path: visitor.post(path, data=b"x")),
    "twice": (422, lambda visitor, path: visitor.post(path, data={**GIVEN, "email": ["a@b.cd", "c@d.ef"]})),
    "many parts": (
        413,
        lambda visitor, path: visitor.post(
            path, data={f"f{n}": "x" for n in range(400)}, content_type="multipart/form-data"
        ),
    ),
    "broken multipart": (
        422,
        lambda visitor, path: visitor.post(
            path, data=b"--x\r\nnothing", content_type="multipart/form-data; boundary=x"
        ),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_and_nothing_is_stored(
    db: Database, cast: Cast, visitor: FlaskClient, form: WebForm, name: str
) -> None:
    status, send = HOSTILE[name]
    answer = send(visitor, f"/f/{form.token}")
    assert answer.status_code == status, answer.get_data(as_text=True)[:2_000]
    assert ("UTF-8" in answer.get_data(as_text=True)) is name.startswith("Latin-1")
    assert submissions_of(db, cast.owner, form) == []
