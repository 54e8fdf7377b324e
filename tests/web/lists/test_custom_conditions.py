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
