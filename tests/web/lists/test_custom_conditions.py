"""`?filter=` takes the custom fields of a workspace, by their types."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.conditions import found, one

FIELDS: list[dict[str, Any]] = [
    {"label": "Size", "key": "size", "field_type": "number"},
    {"label": "Motto", "key": "motto", "field_type": "text"},
    {"label": "Since", "key": "since", "field_type": "date"},
    {"label": "Colours", "key": "colours", "field_type": "multi_choice",
     "choices": [{"label": "Red", "key": "red"}, {"label": "Blue", "key": "blue"}]},
    {"label": "Pays", "key": "pays", "field_type": "yes_no"},
]  # fmt: skip
CONDITIONS: list[tuple[str, str, Any, list[str]]] = [
    ("size", "greater", 3, ["Big"]),
    ("size", "less", 3.5, ["Small"]),
    ("size", "between", [-2, 3], ["Small"]),
    ("size", "is", 10, ["Big"]),
    ("size", "is_not", 10, ["Bare", "Small"]),
    ("size", "is_empty", None, ["Bare"]),
    ("motto", "contains", "ÄPF", ["Big"]),
    ("motto", "is", "mehr apfel", ["Big"]),
    ("motto", "is_not_empty", None, ["Big"]),
    ("since", "after", "2020-01-01", ["Big"]),
    ("since", "is_not", "this year", ["Bare", "Big", "Small"]),
    ("colours", "is", "red", ["Big", "Small"]),
    ("colours", "is_not", "red", ["Bare"]),
    ("colours", "is_any_of", ["blue", "red"], ["Big", "Small"]),
    ("pays", "is", False, ["Small"]),
]


@pytest.fixture(autouse=True)
def some(owner: FlaskClient) -> None:
    for field in FIELDS:
        answer = owner.post("/api/custom-fields", json={"kind": "client", **field})
        assert answer.status_code == 201, answer.get_json()
    big = {"size": 10, "motto": "Mehr Äpfel", "since": "2021-05-01", "colours": ["red", "blue"], "pays": True}
    small = {"size": -1.5, "since": "2019-05-01", "colours": ["red"], "pays": False}
    for name, custom in (("Big", big), ("Small", small), ("Bare", {})):
        answer = owner.post("/api/clients", json={"name": name, "custom": custom})
        assert answer.status_code == 201, answer.get_json()


def test_clients_are_found_by_custom_fields_alone_and_in_groups(owner: FlaskClient) -> None:
    for key, op, value, names in CONDITIONS:
        condition = one(f"custom.{key}", op, value)
        assert found(owner, condition) == names, condition
        assert found(owner, {"any": [condition, one("name", "is", "nobody")]}) == names, condition


def test_the_builder_offers_them_by_their_labels(owner: FlaskClient) -> None:
    page = owner.get("/clients/filter").get_data(as_text=True)
    assert '<option value="custom.size">Size</option>' in page
    answer = owner.post(
        "/clients/filter", data={"join-0": "all", "field-0-0": "custom.colours", "do": "update"}
    )
    assert '<option value="blue">' in answer.get_data(as_text=True)


def test_values_that_do_not_fit_are_refused_by_their_place(owner: FlaskClient) -> None:
    for key, value in (("size", "x"), ("colours", "green"), ("since", "never"), ("pays", 1)):
        answer = owner.get("/api/clients", query_string={"filter": _text(one(f"custom.{key}", "is", value))})
        assert answer.status_code == 422, (key, value)
        assert answer.get_json()["errors"][0]["field"] == "filter.all[0].value"


def _text(condition: dict[str, Any]) -> str:
    return json.dumps(condition)


FLAT: list[tuple[str, str, list[str]]] = [
    ("size", "10", ["Big"]),
    ("size", "-1.5", ["Small"]),
    ("size_from", "0", ["Big"]),
    ("size_to", "-1.5", ["Small"]),
    ("motto", "mehr apfel", ["Big"]),
    ("since", "2021-05-01", ["Big"]),
    ("since_from", "2021-05-01", ["Big"]),
    ("since_to", "2020-12-31", ["Small"]),
    ("colours", "red", ["Big", "Small"]),
    ("pays", "false", ["Small"]),
]


def named(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return sorted(row["name"] for row in answer.get_json()["data"])


@pytest.mark.parametrize(("key", "text", "names"), FLAT)
def test_lists_are_filtered_by_a_custom_field_as_by_any_other(
    owner: FlaskClient, key: str, text: str, names: list[str]
) -> None:
    asked = {f"custom.{key}": text}
    assert named(owner.get("/api/clients", query_string=asked)) == names
    assert owner.get("/api/clients/count", query_string=asked).get_json()["data"]["total"] == len(names)
    page = owner.get("/clients", query_string=asked).get_data(as_text=True)
    assert [name for name in ("Bare", "Big", "Small") if f">{name}</a>" in page] == names
    exported = owner.get("/api/clients/export", query_string={**asked, "format": "jsonl"})
    assert sorted(json.loads(line)["name"] for line in exported.get_data(as_text=True).splitlines()) == names


def test_flat_filters_hold_beside_each_other_and_beside_conditions(owner: FlaskClient) -> None:
    either = json.dumps({"any": [one("name", "is", "Big"), one("name", "is", "Bare")]})
    both = {"custom.colours": "red", "filter": either}
    assert named(owner.get("/api/clients", query_string=both)) == ["Big"]
    assert named(owner.get("/api/clients", query_string={"custom.colours": "red", "custom.size": "4"})) == []


def test_flat_filters_that_do_not_fit_are_refused_by_name(owner: FlaskClient) -> None:
    wrong = {"custom.size": "much", "custom.since_from": "soon", "custom.pays": "maybe", "custom.gone": "1"}
    for name, text in wrong.items():
        answer = owner.get("/api/clients", query_string={name: text})
        assert answer.status_code == 422, name
        assert [each["field"] for each in answer.get_json()["errors"]] == [name]
    page = owner.get("/clients", query_string={"custom.size": "much"})
    assert page.status_code == 422
    assert "Big</a>" in page.get_data(as_text=True)


def test_a_view_keeps_a_flat_filter(owner: FlaskClient) -> None:
    given = {"list": "clients", "name": "Red ones", "query": "custom.colours=red"}
    view = owner.post("/api/views", json=given)
    assert view.status_code == 201, view.get_json()
    shown = owner.get(f"/clients?{view.get_json()['data']['query']}").get_data(as_text=True)
    assert "Small</a>" in shown
    assert "Bare</a>" not in shown
