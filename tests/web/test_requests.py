"""What reaches an operation, and what is refused before it: over the real client routes."""

import pytest
from flask.testing import FlaskClient

from tests.support.api import fields_of, problem_of

JSON = "application/json"


def post(client: FlaskClient, body: bytes, content_type: str = JSON) -> object:
    return client.post("/api/clients", data=body, content_type=content_type)


def stored(client: FlaskClient) -> int:
    return len(client.get("/api/clients").get_json()["data"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"name": NaN}',
        b'{"name": "A", "company_id": Infinity}',
        b'{"name": "A", "name": "B"}',
        b'{"name": "A", "tags": [{"x": 1, "x": 2}]}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"name": "\\ud800"}',
        b'{"name": "\xff\xfe"}',
        '{"name": "A"}'.encode("utf-16"),
        b'{"name": "A"} trailing',
    ],
    ids=range(13),
)
def test_what_is_not_plain_json_is_malformed_and_stores_nothing(owner: FlaskClient, body: bytes) -> None:
    problem_of(post(owner, body), 400)
    assert stored(owner) == 0


@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"true"])
def test_a_body_that_is_no_object_is_refused_as_such(owner: FlaskClient, body: bytes) -> None:
    assert fields_of(post(owner, body)) == {"body"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_type_of_body_is_not_taken(owner: FlaskClient, content_type: str) -> None:
    problem_of(post(owner, b'{"name": "A"}', content_type), 415)
    assert stored(owner) == 0


def test_a_body_of_ten_megabytes_is_too_large(owner: FlaskClient) -> None:
    problem_of(post(owner, b'{"name": "' + b"x" * 10_000_000 + b'"}'), 413)
    assert stored(owner) == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"name": "A\\u0000B"}', "name"),
        (b'{"name": 1}', "name"),
        (b'{"name": ["A"]}', "name"),
        (b'{"name": "A", "company_id": false}', "company_id"),
        (b'{"name": "A", "company_id": 9223372036854775808}', "company_id"),
        (b'{"name": "A", "company_id": 1e400}', "company_id"),
        (b'{"name": "A", "owner_id": 424242}', "owner_id"),
        (b'{"name": "A", "tags": "vip"}', "tags"),
        (b'{"name": "A", "tags": ["vip", 7]}', "tags.1"),
        (b'{"name": "A", "colour": "red"}', "colour"),
        (b'{"kind": "person"}', "name"),
    ],
    ids=range(11),
)
def test_a_wrong_field_is_named_and_stores_nothing(owner: FlaskClient, body: bytes, field: str) -> None:
    assert fields_of(post(owner, body)) == {field}
    assert stored(owner) == 0


@pytest.mark.parametrize("tag", ["7", '"x"', '"99999999999999999999"', 'W/"'])
def test_an_odd_if_match_is_malformed(owner: FlaskClient, tag: str) -> None:
    post(owner, b'{"name": "A"}')
    problem_of(owner.patch("/api/clients/1", json={"name": "B"}, headers={"If-Match": tag}), 400)


def test_a_stale_if_match_is_refused_with_the_record_as_it_is(owner: FlaskClient) -> None:
    tag = post(owner, b'{"name": "A"}').headers["ETag"]  # type: ignore[attr-defined]
    assert owner.patch("/api/clients/1", json={"name": "B"}, headers={"If-Match": tag}).status_code == 200
    refused = owner.patch("/api/clients/1", json={"name": "C"}, headers={"If-Match": tag})
    assert problem_of(refused, 412)["current"]["name"] == "B"


@pytest.mark.parametrize("path", ["0", "-1", "x", "1.5", "99999999999999999999", "%00", "1'--"])
def test_an_id_that_no_row_can_have_is_not_found(owner: FlaskClient, path: str) -> None:
    problem_of(owner.get(f"/api/clients/{path}"), 404)
