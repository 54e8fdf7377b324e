"""Each kind that people may add fields to has them in its form, page, list, search, export and history."""

from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.kinds import KINDS
from tests.support.cast import Cast
from tests.support.custom_fields import FIELDS, add_field
from tests.support.leads import furnish

RECORDS: dict[str, dict[str, Any]] = {
    "client": {"name": "Ada"},
    "lead": {"title": "Roof"},
    "vehicle": {"make": "Fiat", "model": "500", "year": 2020},
    "product": {"name": "Wax"},
    "campaign": {"name": "Spring"},
    "deal": {},
    "quote": {},
    "invoice": {},
}
NUMBERS = count(1)
"""No two campaigns have one name."""


def path_of(kind: str) -> str:
    return f"/api/{KINDS.by_name[kind].table}"


def add(owner: FlaskClient, kind: str, **given: Any) -> dict[str, Any]:
    named = {"name": f"Spring {next(NUMBERS)}"} if kind == "campaign" else {}
    answer = owner.post(path_of(kind), json={**RECORDS[kind], **named, **given})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()["data"]
    return found


def ids_at(owner: FlaskClient, address: str) -> list[int]:
    answer = owner.get(address)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.get_json()["data"]]


@pytest.fixture(autouse=True)
def _pipeline(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


def test_every_kind_that_has_them_is_looked_at() -> None:
    assert set(RECORDS) == set(KINDS.customized)


@pytest.mark.parametrize("kind", RECORDS)
def test_a_value_is_stored_found_sorted_and_exported(owner: FlaskClient, kind: str) -> None:
    add_field(owner, kind=kind, label="Size", field_type="number")
    add_field(owner, kind=kind, label="Word", field_type="text")
    path = path_of(kind)
    large = add(owner, kind, custom={"size": 42.5, "word": "Zanzibar"})
    small, none = add(owner, kind, custom={"size": 7}), add(owner, kind)
    assert (large["custom"], none["custom"]) == (
        {"size": 42.5, "word": "Zanzibar"},
        {"size": None, "word": None},
    )
    assert ids_at(owner, f"{path}?custom.size_from=40") == [large["id"]]
    assert ids_at(owner, f"{path}?sort=custom.size") == [small["id"], large["id"], none["id"]]
    assert ids_at(owner, f"{path}?sort=-custom.size")[:2] == [large["id"], small["id"]]
    assert ids_at(owner, f"{path}?q=zanzibar") == [large["id"]]
    listed = owner.get(f"/{KINDS.by_name[kind].table}?columns=custom.size").text
    assert "42.5" in listed and (kind == "client" or 'data-column="custom.word"' in listed)
    exported = owner.get(f"{path}/export?format=csv").text
    assert "custom.size" in exported and "42.5" in exported


@pytest.mark.parametrize("kind", RECORDS)
def test_a_change_is_told_and_undone_in_the_history(owner: FlaskClient, kind: str) -> None:
    add_field(owner, kind=kind, label="Word", field_type="text")
    made = add(owner, kind, custom={"word": "before"})
    one = f"{path_of(kind)}/{made['id']}"
    changed = owner.patch(one, json={"custom": {"word": "Zanzibar"}})
    assert changed.status_code == 200, changed.text
    assert changed.get_json()["data"]["custom"] == {"word": "Zanzibar"}
    assert ids_at(owner, f"{path_of(kind)}?q=zanzibar") == [made["id"]]
    newest = owner.get("/api/activities?limit=1").get_json()["data"][0]
    assert newest["action"] == f"{kind}.changed" and newest["after"]["custom.word"] == "Zanzibar"
    assert owner.post(f"/api/activities/{newest['id']}/undo").status_code in {200, 201}
    assert owner.get(one).get_json()["data"]["custom"] == {"word": "before"}


@pytest.mark.parametrize("kind", RECORDS)
def test_the_form_asks_for_it_and_the_page_shows_it(owner: FlaskClient, kind: str) -> None:
    add_field(owner, kind=kind, label="Favourite word", field_type="text", required=True)
    made = add(owner, kind, custom={"favourite_word": "Zanzibar"})
    page = f"/{KINDS.by_name[kind].table}/{made['id']}"
    assert "Favourite word" in owner.get(page).text and "Zanzibar" in owner.get(page).text
    form = owner.get(f"{page}/edit").text
    assert 'name="custom.favourite_word"' in form and "Zanzibar" in form
    assert 'name="custom.favourite_word"' in owner.get(f"/{KINDS.by_name[kind].table}/new").text
    refused = owner.post(path_of(kind), json=RECORDS[kind])
    assert [each["field"] for each in refused.get_json()["errors"]] == ["custom.favourite_word"]


@pytest.mark.parametrize("kind", RECORDS)
def test_a_value_is_unique_among_live_records(owner: FlaskClient, kind: str) -> None:
    field = add_field(owner, kind=kind, label="Word", field_type="text", unique=True)
    add(owner, kind, custom={"word": "Zanzibar"})
    refused = owner.post(path_of(kind), json={**RECORDS[kind], "custom": {"word": "zanzibar"}})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "custom.word")
    assert owner.get(f"{FIELDS}/{field['id']}").status_code == 200
