from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.api import client_of, fields_of, problem_of
from tests.support.cast import Cast

PATH = "/api/clients"


def add(client: FlaskClient, **given: Any) -> dict[str, Any]:
    response = client.post(PATH, json={"name": "Anna Nowak", **given})
    assert response.status_code == 201, response.get_data(as_text=True)
    return dict(response.get_json()["data"])


def names(client: FlaskClient, query: str = "") -> list[str]:
    response = client.get(f"{PATH}{query}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return [row["name"] for row in response.get_json()["data"]]


def stored(db: Database) -> list[int]:
    """How many rows there are of what a client's change writes."""

    def count(tx: Transaction) -> list[int]:
        return [tx.value(f"SELECT count(*) FROM {table}") for table in ("clients", "activities", "tags")]

    return db.read(count, SYSTEM)


def test_creation_answers_with_the_place_and_the_version(owner: FlaskClient) -> None:
    response = owner.post(PATH, json={"name": "Anna", "email": "Anna@Example.com", "tags": ["VIP"]})
    assert response.status_code == 201
    body = response.get_json()["data"]
    assert response.headers["Location"] == f"/api/clients/{body['id']}"
    assert response.headers["ETag"] == '"1"'
    assert (body["email"], body["tags"], body["kind"]) == ("anna@example.com", ["VIP"], "person")
    read = owner.get(response.headers["Location"])
    assert read.get_json()["data"] == body
    assert read.headers["ETag"] == '"1"'


def test_put_replaces_and_patch_changes(owner: FlaskClient) -> None:
    path = f"{PATH}/{add(owner, city='Łódź', notes='Tall')['id']}"
    patched = owner.patch(path, json={"city": "Kraków"}).get_json()["data"]
    assert (patched["city"], patched["notes"], patched["version"]) == ("Kraków", "Tall", 2)
    replaced = owner.put(path, json={"name": "Anna N."})
    assert replaced.headers["ETag"] == '"3"'
    assert (replaced.get_json()["data"]["city"], replaced.get_json()["data"]["notes"]) == (None, None)


def test_a_stale_if_match_is_412_with_the_current_record(owner: FlaskClient) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    owner.patch(path, json={"city": "Kraków"}, headers={"If-Match": '"1"'})
    for refused in (
        owner.patch(path, json={"city": "Gdańsk"}, headers={"If-Match": '"1"'}),
        owner.put(path, json={"name": "X"}, headers={"If-Match": '"1"'}),
        owner.delete(path, headers={"If-Match": '"9"'}),
    ):
        assert problem_of(refused, 412)["current"]["city"] == "Kraków"
    problem_of(owner.patch(path, json={}, headers={"If-Match": "seven"}), 400)


def test_delete_and_restore(owner: FlaskClient) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    assert owner.delete(path).status_code == 204
    problem_of(owner.get(path), 404)
    assert names(owner) == []
    assert names(owner, "?deleted=true") == ["Anna Nowak"]
    restored = owner.post(f"{path}/restore")
    assert (restored.status_code, restored.headers["ETag"]) == (200, '"3"')
    assert names(owner) == ["Anna Nowak"]


def test_a_duplicate_is_409_with_candidates_unless_allowed(owner: FlaskClient) -> None:
    first = add(owner, email="anna@example.com")
    refused = owner.post(PATH, json={"name": "B", "email": "anna@example.com"})
    assert [each["id"] for each in problem_of(refused, 409)["candidates"]] == [first["id"]]
    assert add(owner, email="anna@example.com", allow_duplicate=True)["version"] == 1
    owner.delete(f"{PATH}/{first['id']}")
    problem_of(owner.post(f"{PATH}/{first['id']}/restore"), 409)
    restore = f"{PATH}/{first['id']}/restore"
    problem_of(owner.post(restore, json={"allow_duplicate": "yes"}), 422)
    assert owner.post(f"{restore}?allow_duplicate=true").status_code == 200
    owner.delete(f"{PATH}/{first['id']}")
    assert owner.post(restore, json={"allow_duplicate": True}).status_code == 200


def test_a_company_with_people_is_409_with_their_count(owner: FlaskClient) -> None:
    company = add(owner, kind="company")
    person = add(owner, company_id=company["id"])
    path = f"{PATH}/{company['id']}"
    assert problem_of(owner.delete(path), 409)["people"] == 1
    assert fields_of(owner.delete(f"{path}?people_to={person['id']}")) == {"people_to"}
    assert owner.delete(f"{path}?detach_people=true").status_code == 204


def test_activities_of_a_client_tell_who_did_what(owner: FlaskClient, cast: Cast) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    owner.patch(path, json={"city": "Kraków"})
    owner.delete(path)
    rows = owner.get(f"{path}/activities").get_json()["data"]
    assert [row["action"] for row in rows] == ["client.deleted", "client.changed", "client.created"]
    assert rows[1]["before"] == {"city": None} and rows[1]["after"] == {"city": "Kraków"}
    assert rows[0]["actor"] == {"id": cast.owner.user_id, "name": "Owner"}
    assert {"id", "entity", "entity_id", "created_at", "hash"} <= rows[0].keys()


def test_search_filters_and_count(owner: FlaskClient) -> None:
    add(owner, name="Ремонт", status="prospect", phone="+48512345678")
    add(owner, name="Anna", email="anna@example.com", tags=["VIP"], city="Łódź")
    assert names(owner, "?q=ремонт") == names(owner, "?q=512-345") == ["Ремонт"]
    assert names(owner, "?tag=vip&city=Łódź") == names(owner, "?email=ANNA@Example.com") == ["Anna"]
    assert names(owner, "?phone=%2B48 512 345 678") == ["Ремонт"]
    assert names(owner, "?email=ann@example.com") == names(owner, "?phone=%2B48512345679") == []
    for query, field in (("?email=anna", "email"), ("?phone=12", "phone"), ("?phone=%20", "phone")):
        assert fields_of(owner.get(f"{PATH}{query}")) == {field}
    assert names(owner, "?sort=name") == ["Anna", "Ремонт"]
    assert owner.get(f"{PATH}/count?status=prospect").get_json()["data"] == {"total": 1, "exact": True}
    assert [tag["name"] for tag in owner.get(f"{PATH}/tags").get_json()["data"]] == ["VIP"]


def test_pages_follow_each_other(owner: FlaskClient) -> None:
    for number in range(5):
        add(owner, name=f"№ {number}")
    first = owner.get(f"{PATH}?limit=3&sort=name").get_json()
    rest = owner.get(f"{PATH}?limit=3&sort=name&cursor={first['page']['next']}").get_json()
    assert [row["name"] for row in first["data"] + rest["data"]] == [f"№ {number}" for number in range(5)]
    assert rest["page"]["next"] is None


def test_no_workspace_reaches_another_s_client(owner: FlaskClient, outsider: FlaskClient) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    for refused in (
        outsider.get(path),
        outsider.put(path, json={"name": "Mine"}),
        outsider.patch(path, json={"name": "Mine"}),
        outsider.delete(path),
        outsider.post(f"{path}/restore"),
        outsider.get(f"{path}/activities"),
    ):
        problem_of(refused, 404)
    assert names(outsider) == []


def test_a_repeated_creation_takes_effect_once(owner: FlaskClient, db: Database) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = owner.post(PATH, json={"name": "Anna"}, headers=headers)
    again = owner.post(PATH, json={"name": "Anna"}, headers=headers)
    assert again.data == first.data and again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Key" in fields_of(owner.post(PATH, json={"name": "B"}, headers=headers))
    assert stored(db)[0] == 1


def test_who_may_only_read_changes_nothing(app: Flask, db: Database, cast: Cast, owner: FlaskClient) -> None:
    reader = client_of(app, db, cast.owner, "read")
    path = f"{PATH}/{add(owner)['id']}"
    assert reader.get(path).status_code == 200
    problem_of(reader.post(PATH, json={"name": "B"}), 403)
    problem_of(reader.delete(path), 403)


BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({}, "name"),
    ({"name": None}, "name"),
    ({"name": 5}, "name"),
    ({"name": ""}, "name"),
    ({"name": " \u200b "}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"name": "a\0b"}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"name": "A", "kind": "robot"}, "kind"),
    ({"name": "A", "email": "nobody"}, "email"),
    ({"name": "A", "email": "a@b@c"}, "email"),
    ({"name": "A", "email": "x" * 300 + "@example.com"}, "email"),
    ({"name": "A", "phone": "12"}, "phone"),
    ({"name": "A", "phone": 48512345678}, "phone"),
    ({"name": "A", "website": "javascript:alert(1)"}, "website"),
    ({"name": "A", "website": "http://u:p@example.com"}, "website"),
    ({"name": "A", "website": "ftp://example.com"}, "website"),
    ({"name": "A", "website": "https://exa mple.com"}, "website"),
    ({"name": "A", "country": "ZZ"}, "country"),
    ({"name": "A", "country": "Atlantis"}, "country"),
    ({"name": "A", "status": "ACTIVE"}, "status"),
    ({"name": "A", "company_id": 10**30}, "company_id"),
    ({"name": "A", "company_id": True}, "company_id"),
    ({"name": "A", "company_id": "1"}, "company_id"),
    ({"name": "A", "company_id": 1.0}, "company_id"),
    ({"name": "A", "owner_id": -1}, "owner_id"),
    ({"name": "A", "owner_id": 99}, "owner_id"),
    ({"name": "A", "tags": "VIP"}, "tags"),
    ({"name": "A", "tags": [str(n) for n in range(51)]}, "tags"),
    ({"name": "A", "tags": ["ok", "x" * 51]}, "tags.1"),
    ({"name": "A", "tags": ["ok", ["nested"]]}, "tags.1"),
    ({"name": "A", "tags": [""]}, "tags.0"),
    ({"name": "A", "notes": "x" * 10_001}, "notes"),
    ({"name": "A", "notes": {"a": 1}}, "notes"),
    ({"name": "A", "colour": "red"}, "colour"),
    ({"name": "A", "id": 7}, "id"),
    ({"name": "A", "allow_duplicate": "yes"}, "allow_duplicate"),
]


@pytest.mark.parametrize(("given", "field"), BAD_FIELDS, ids=lambda value: str(value)[:40])
def test_a_wrong_field_is_named_and_nothing_is_stored(
    owner: FlaskClient, db: Database, given: dict[str, Any], field: str
) -> None:
    assert field in fields_of(owner.post(PATH, json=given))
    assert stored(db) == [0, 0, 0]


@pytest.mark.parametrize(("given", "field"), BAD_FIELDS, ids=lambda value: str(value)[:40])
def test_a_wrong_change_is_refused_likewise(
    owner: FlaskClient, db: Database, given: dict[str, Any], field: str
) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    before = owner.get(path).data
    assert field in fields_of(owner.put(path, json=given))
    if given:
        assert field in fields_of(owner.patch(path, json=given))
    assert owner.get(path).data == before
    assert stored(db) == [1, 1, 0]


def deep(depth: int) -> bytes:
    return b'{"name":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b'{"name":"A"', 400),
        (b'{"name":"A","name":"B"}', 400),
        (b'{"name":"A","owner_id":NaN}', 400),
        (b'{"name":"A","owner_id":Infinity}', 400),
        (b'{"name":"\xff\xfe"}', 400),
        (b'{"name":"\\ud800"}', 400),
        (deep(100_000), 400),
        (b'{"name":"' + b"x" * 10_000_000 + b'"}', 413),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"5", 422),
        (deep(50), 400),
        (b'{"name":"A","owner_id":1e400}', 422),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_that_is_no_client_is_refused(
    owner: FlaskClient, db: Database, body: bytes, status: int
) -> None:
    path = f"{PATH}/{add(owner)['id']}"
    for method, target in (("POST", PATH), ("PUT", path), ("PATCH", path)):
        refused = owner.open(target, method=method, data=body, content_type="application/json")
        problem_of(refused, status)
    assert stored(db) == [1, 1, 0]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(owner: FlaskClient, content_type: str) -> None:
    problem_of(owner.post(PATH, data=b'{"name":"A"}', content_type=content_type), 415)


@pytest.mark.parametrize("wrong", ["0", "-1", "abc", "1.0", "9" * 30, "%00", "..%2f1", "1%20"])
def test_an_id_that_is_none_is_not_found(owner: FlaskClient, wrong: str) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert owner.open(f"{PATH}/{wrong}", method=method, json={"name": "A"}).status_code in {404, 405}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1000", "limit"),
        ("sort=colour", "sort"),
        ("sort=name%3B", "sort"),
        ("cursor=xx", "cursor"),
        ("cursor=WyJhIl0", "cursor"),
        ("status=lively", "status"),
        ("owner_id=me", "owner_id"),
        ("company_id=99999999999999999999", "company_id"),
        ("q=" + "x" * 201, "q"),
        ("deleted=perhaps", "deleted"),
        ("colour=red", "colour"),
        ("q=a&q=b", "q"),
    ],
)
def test_a_wrong_query_is_refused_by_field(owner: FlaskClient, query: str, field: str) -> None:
    assert fields_of(owner.get(f"{PATH}?{query}")) == {field}


@pytest.mark.parametrize("q", ["%00", "%FF%FE", "%ED%A0%80", "%22%20OR%20", "a*", "NEAR(", "%F0%9F%98%80"])
def test_any_query_text_is_answered(owner: FlaskClient, q: str) -> None:
    add(owner)
    assert owner.get(f"{PATH}?q={q}&city={q}").status_code == 200


@pytest.mark.parametrize("phone", ["12", "+4912", "110", "+1 23"])
def test_a_number_that_nobody_can_have_is_refused(owner: FlaskClient, phone: str) -> None:
    assert fields_of(owner.post("/api/clients", json={"name": "Anna", "phone": phone})) == {"phone"}
