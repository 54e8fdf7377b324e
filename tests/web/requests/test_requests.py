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


NO_TAGS = ["7", 'W/"', "", '"1" "2"', '"1", 2', '"1", *', '*, "1"', 'w/"1"', '"1"x', "'1'", '"1']
FITTING = [
    '"1"', 'W/"1"', '"1-gzip"', '"1-zstd"', '"1-br"', 'W/"1-gzip"', '"1--gzip"', '"1-GZIP"', "*", " * ",
    '"1-0123456789abcdef01234567"', 'W/"1-0123456789abcdef01234567-gzip"',
    '"99", "1"', '"1","2"', 'W/"7-br" ,\tW/"1-gzip"', ', "1",, ', '"x,y", "1"',
]  # fmt: skip
STALE = [
    '"2"', 'W/"2"', '"2-gzip"', '"2", "3"', '"x"', '""', '"99999999999999999999"', '"01"', '"1-"', '"1-lzma"',
    '"11-gzip"', '"é"', '"2-0123456789abcdef01234567"', '"1-0123456789abcdef"',
]  # fmt: skip
ROUTES = [("PATCH", {"name": "B"}), ("PUT", {"name": "B", "kind": "person"}), ("DELETE", None)]


@pytest.mark.parametrize("tag", FITTING)
@pytest.mark.parametrize(("method", "body"), ROUTES)
def test_an_if_match_names_the_version_behind_it(
    owner: FlaskClient, tag: str, method: str, body: dict[str, str] | None
) -> None:
    post(owner, b'{"name": "A"}')
    answer = owner.open("/api/clients/1", method=method, json=body, headers={"If-Match": tag})
    assert answer.status_code in {200, 204}, answer.get_data(as_text=True)


@pytest.mark.parametrize("tag", STALE)
@pytest.mark.parametrize(("method", "body"), ROUTES)
def test_a_tag_of_another_version_or_of_none_is_stale(
    owner: FlaskClient, tag: str, method: str, body: dict[str, str] | None
) -> None:
    post(owner, b'{"name": "A"}')
    problem_of(owner.open("/api/clients/1", method=method, json=body, headers={"If-Match": tag}), 412)


@pytest.mark.parametrize("tag", NO_TAGS)
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
