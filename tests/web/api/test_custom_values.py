"""The values of custom fields over HTTP: of clients and leads."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import fields_of, problem_of
from tests.support.cast import Cast
from tests.support.client_api import PATH, add
from tests.support.custom_fields import FIELDS, add_field, change_field, of_type, remove_field

pytestmark = pytest.mark.usefixtures("furnished")

GOOD: dict[str, tuple[Any, Any]] = {
    "text": (" Blue  sky ", "Blue  sky"),
    "long_text": ("One\r\ntwo", "One\ntwo"),
    "number": (-12.5, -12.5),
    "money": ("1200.50", 1200.5),
    "percent": (12.5, 12.5),
    "date": ("1962-02-28", "1962-02-28"),
    "datetime": ("2026-11-27T10:00:00+01:00", "2026-11-27T09:00:00.000Z"),
    "url": ("example.org/a", "https://example.org/a"),
    "email": ("Ann@Example.ORG", "ann@example.org"),
    "phone": ("+49 30 901820", "+4930901820"),
    "yes_no": (False, False),
}
BAD: dict[str, tuple[Any, ...]] = {
    "text": (7, "x" * 256, ["a"], "\u200b"),
    "long_text": ("x" * 10_001, {}),
    "number": ("many", True, 1e16, 0.00001, {"a": 1}, "NaN"),
    "money": (0.001, "EUR", []),
    "percent": ("half", False),
    "date": ("28.2.1962", "2026-02-30", 20260228, "0999-01-01"),
    "datetime": ("2026-11-27", "2026-11-27T10:00:00", 5),
    "url": ("javascript:alert(1)", "http://", 5),
    "email": ("ann", 5, "a@b"),
    "phone": ("12", 49, "+" + "4" * 50),
    "yes_no": ("yes", 1, 0),
    "choice": ("purple", 1, ["red"]),
    "multi_choice": ("red", ["purple"], ["red"] * 300, [1]),
    "user": (999, "1", True, 2**70),
    "client": (999, -1, 1.5),
}


def test_a_value_is_stored_in_the_form_of_its_type(owner: FlaskClient) -> None:
    keys = {field_type: of_type(owner, field_type)["key"] for field_type in GOOD}
    given = {keys[field_type]: given for field_type, (given, _) in GOOD.items()}
    stored = {keys[field_type]: stored for field_type, (_, stored) in GOOD.items()}
    client = add(owner, custom=given)
    assert client["custom"] == stored
    assert owner.get(f"{PATH}/{client['id']}").get_json()["data"]["custom"] == stored
    assert [each["custom"] for each in owner.get(PATH).get_json()["data"]] == [stored]
    again = owner.patch(f"{PATH}/{client['id']}", json={"custom": given}).get_json()["data"]
    assert again["version"] == client["version"]


def test_a_bad_value_names_its_field_and_stores_nothing(owner: FlaskClient) -> None:
    client = add(owner)
    for key, value in [(of_type(owner, each)["key"], value) for each in BAD for value in BAD[each][:1]]:
        refused = owner.patch(f"{PATH}/{client['id']}", json={"custom": {key: value}})
        assert fields_of(refused) == {f"custom.{key}"}
    for key, value in [(f"field_{each}", value) for each in BAD for value in BAD[each]]:
        body = {"custom": {key: value}}
        assert fields_of(owner.post(PATH, json={"name": "B", **body})) == {f"custom.{key}"}, value
    assert len(owner.get(PATH).get_json()["data"]) == 1
    assert owner.get(f"{PATH}/{client['id']}").get_json()["data"]["version"] == client["version"]


def test_choices_are_given_by_key_or_label_and_kept_by_key(owner: FlaskClient) -> None:
    one, several = of_type(owner, "choice"), of_type(owner, "multi_choice")
    given = {one["key"]: "DARK  green", several["key"]: ["Dark green", "red", "red"]}
    client = add(owner, custom=given)
    assert client["custom"] == {one["key"]: "dark_green", several["key"]: ["red", "dark_green"]}
    assert add(owner, name="B", custom={several["key"]: []})["custom"][several["key"]] is None


def test_users_and_clients_are_of_the_workspace(
    owner: FlaskClient, outsider: FlaskClient, cast: Cast
) -> None:
    user, client = of_type(owner, "user")["key"], of_type(owner, "client")["key"]
    known, foreign = add(owner, name="Known")["id"], add(outsider, name="Foreign")["id"]
    found = add(owner, custom={user: cast.colleague.user_id, client: known})["custom"]
    assert found == {user: cast.colleague.user_id, client: known}
    for body in ({user: cast.outsider.user_id}, {client: foreign}):
        assert owner.post(PATH, json={"name": "C", "custom": body}).status_code == 422


def test_a_patch_changes_the_given_fields_and_a_put_without_custom_none(owner: FlaskClient) -> None:
    size, colour = add_field(owner, label="Size", field_type="number"), add_field(owner, label="Colour")
    path = f"{PATH}/{add(owner, custom={'size': 4, 'colour': 'red'})['id']}"
    assert (size["key"], colour["key"]) == ("size", "colour")
    assert owner.patch(path, json={"custom": {"size": 5}}).get_json()["data"]["custom"] == {
        "size": 5,
        "colour": "red",
    }
    unchanged = owner.patch(path, json={"custom": {"size": 5}}).get_json()["data"]
    assert unchanged["version"] == 2
    kept = owner.put(path, json={"name": "Anna"}).get_json()["data"]
    assert kept["custom"] == {"size": 5, "colour": "red"}
    replaced = owner.put(path, json={"name": "Anna", "custom": {"colour": "blue"}}).get_json()["data"]
    assert replaced["custom"] == {"size": None, "colour": "blue"}
    emptied = owner.patch(path, json={"custom": {"colour": None}}).get_json()["data"]
    assert emptied["custom"] == {"size": None, "colour": None}
    for bad in ({"other": 1}, {"": 1}):
        assert fields_of(owner.patch(path, json={"custom": bad})) == {f"custom.{next(iter(bad))}"}
    odd_ones: list[Any] = [None, [], "x", {str(n): n for n in range(101)}]
    for odd in odd_ones:
        assert fields_of(owner.patch(path, json={"custom": odd})) == {"custom"}


def test_required_is_asked_of_new_records_and_of_what_is_emptied(owner: FlaskClient) -> None:
    before = add(owner)
    add_field(owner, label="Size", field_type="number", required=True)
    assert fields_of(owner.post(PATH, json={"name": "B"})) == {"custom.size"}
    assert fields_of(owner.post(PATH, json={"name": "B", "custom": {"size": None}})) == {"custom.size"}
    path = f"{PATH}/{before['id']}"
    assert owner.patch(path, json={"city": "Rome"}).status_code == 200
    assert owner.patch(path, json={"custom": {"size": None}}).status_code == 200
    assert owner.patch(path, json={"custom": {"size": 0}}).status_code == 200
    assert fields_of(owner.patch(path, json={"custom": {"size": None}})) == {"custom.size"}


def test_a_new_record_gets_the_defaults_that_it_is_not_given(owner: FlaskClient) -> None:
    add_field(owner, label="Size", field_type="number", required=True, default=3)
    assert add(owner)["custom"] == {"size": 3}
    assert add(owner, name="B", custom={"size": 4})["custom"] == {"size": 4}
    bad = owner.post(FIELDS, json={"kind": "client", "label": "N", "field_type": "number", "default": "x"})
    assert fields_of(bad) == {"default"}


def test_a_unique_value_is_of_one_live_record(owner: FlaskClient) -> None:
    field = add_field(owner, label="Number", unique=True)
    first = add(owner, custom={"number": "A-1"})
    body = {"name": "B", "custom": {"number": "a-1"}}
    assert fields_of(owner.post(PATH, json=body)) == {"custom.number"}
    owner.delete(f"{PATH}/{first['id']}")
    second = owner.post(PATH, json=body).get_json()["data"]
    assert fields_of(owner.post(f"{PATH}/{first['id']}/restore")) == {"custom.number"}
    owner.delete(f"{PATH}/{second['id']}")
    assert owner.post(f"{PATH}/{first['id']}/restore").status_code == 200
    change_field(owner, field, unique=False)
    add(owner, name="C", custom={"number": "A-1"})
    refused = owner.patch(f"{FIELDS}/{field['id']}", json={"unique": True})
    assert problem_of(refused, 409)["records"]


def test_a_removed_choice_stays_with_the_records_that_have_it(owner: FlaskClient) -> None:
    field = of_type(owner, "choice")
    path = f"{PATH}/{add(owner, custom={field['key']: 'red'})['id']}"
    changed = change_field(owner, field, choices=[{"key": "dark_green", "label": "Green"}, {"label": "Blue"}])
    offered = [each for each in changed["choices"] if not each["removed"]]
    assert offered == [
        {"key": "dark_green", "label": "Green", "removed": False},
        {"key": "blue", "label": "Blue", "removed": False},
    ]
    assert owner.get(path).get_json()["data"]["custom"] == {field["key"]: "red"}
    assert owner.patch(path, json={"custom": {field["key"]: "red"}, "city": "Rome"}).status_code == 200
    refused = owner.post(PATH, json={"name": "B", "custom": {field["key"]: "red"}})
    assert fields_of(refused) == {f"custom.{field['key']}"}


def test_each_change_is_undone_by_itself(owner: FlaskClient) -> None:
    field = add_field(owner, label="Size", field_type="number")
    add_field(owner, label="Colour")
    path = f"{PATH}/{add(owner, custom={'size': 4, 'colour': 'red'})['id']}"
    owner.patch(path, json={"custom": {"size": 5}})
    owner.patch(path, json={"custom": {"colour": "blue"}})
    entries = owner.get(f"{path}/activities").get_json()["data"]
    assert [each["after"] for each in entries[:2]] == [{"custom.colour": "blue"}, {"custom.size": 5}]
    assert owner.post(f"/api/activities/{entries[1]['id']}/undo").status_code == 200
    assert owner.get(path).get_json()["data"]["custom"] == {"size": 4, "colour": "blue"}
    change_field(owner, field, label="Shoe size", help="EU")
    newest = owner.get("/api/activities").get_json()["data"][0]
    assert owner.post(f"/api/activities/{newest['id']}/undo").status_code == 200
    assert owner.get(f"{FIELDS}/{field['id']}").get_json()["data"]["label"] == "Size"
    remove_field(owner, field)
    newest = owner.get("/api/activities").get_json()["data"][0]
    assert owner.post(f"/api/activities/{newest['id']}/undo").status_code == 200
    assert owner.get(path).get_json()["data"]["custom"] == {"size": 4, "colour": "blue"}


def test_leads_have_fields_of_their_own(owner: FlaskClient) -> None:
    add_field(owner, kind="lead", label="Budget", field_type="money", currency="JPY")
    refused = owner.post("/api/leads", json={"title": "A", "custom": {"budget": 1.5}})
    assert fields_of(refused) == {"custom.budget"}
    lead = owner.post("/api/leads", json={"title": "A", "custom": {"budget": 150}}).get_json()["data"]
    assert lead["custom"] == {"budget": 150}
    path = f"/api/leads/{lead['id']}"
    assert owner.patch(path, json={"custom": {"budget": 200}}).get_json()["data"]["custom"] == {"budget": 200}
    assert owner.delete(path).status_code == 204
    assert owner.post(f"{path}/restore").get_json()["data"]["custom"] == {"budget": 200}
    board = owner.get("/api/pipelines/1/board").get_json()
    assert "budget" in str(board)


def test_custom_texts_are_searched_until_their_field_is_removed(owner: FlaskClient, db: Database) -> None:
    add_field(owner, label="Motto")
    path = f"{PATH}/{add(owner, custom={'motto': 'Größte Wahrheit'})['id']}"
    assert len(owner.get(f"{PATH}?q=wahrheit").get_json()["data"]) == 1
    owner.patch(path, json={"custom": {"motto": "Other"}})
    assert owner.get(f"{PATH}?q=wahrheit").get_json()["data"] == []
    assert len(owner.get(f"{PATH}?q=other").get_json()["data"]) == 1
