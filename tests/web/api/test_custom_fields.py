"""Custom fields over HTTP: added, changed, removed, described."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.api import fields_of, problem_of
from tests.support.client_api import PATH, add
from tests.support.custom_fields import FIELDS, add_field, change_field, of_type, remove_field

pytestmark = pytest.mark.usefixtures("furnished")

BAD_DEFINITIONS: list[tuple[dict[str, Any], str]] = [
    ({"label": ""}, "label"),
    ({"label": "x" * 101}, "label"),
    ({"field_type": "colour"}, "field_type"),
    ({"kind": "task"}, "kind"),
    ({"key": "Größe"}, "key"),
    ({"key": "size_from"}, "key"),
    ({"field_type": "choice"}, "choices"),
    ({"choices": [{"label": "A"}]}, "choices"),
    ({"field_type": "choice", "choices": [{"label": "A"}, {"label": "a"}]}, "choices"),
    ({"field_type": "choice", "choices": [{"label": str(n)} for n in range(201)]}, "choices"),
    ({"currency": "EUR"}, "currency"),
    ({"field_type": "money", "currency": "XXX1"}, "currency"),
    ({"field_type": "yes_no", "unique": True}, "unique"),
    ({"unique": True, "default": "x"}, "default"),
    ({"help": "x" * 501}, "help"),
    ({"group": 5}, "group"),
    ({"colour": "red"}, "colour"),
]


def test_renaming_keeps_values_and_removing_hides_them_until_they_are_purged(owner: FlaskClient) -> None:
    field = add_field(owner, label="Size", field_type="number")
    path = f"{PATH}/{add(owner, custom={'size': 4})['id']}"
    renamed = change_field(owner, field, label="Shoe size")
    assert (renamed["label"], renamed["key"], renamed["version"]) == ("Shoe size", "size", 2)
    assert owner.get(path).get_json()["data"]["custom"] == {"size": 4}
    remove_field(owner, field)
    assert owner.get(path).get_json()["data"]["custom"] == {}
    assert fields_of(owner.patch(path, json={"custom": {"size": 5}})) == {"custom.size"}
    owner.patch(path, json={"city": "Rome"})
    assert [each["id"] for each in owner.get(f"{FIELDS}?kind=client&deleted=true").get_json()["data"]] == [
        field["id"]
    ]
    assert owner.post(f"{FIELDS}/{field['id']}/restore").status_code == 200
    assert owner.get(path).get_json()["data"]["custom"] == {"size": 4}
    problem_of(owner.post(f"{FIELDS}/{field['id']}/purge"), 404)
    remove_field(owner, field)
    assert owner.post(f"{FIELDS}/{field['id']}/purge").status_code == 204
    problem_of(owner.post(f"{FIELDS}/{field['id']}/restore"), 404)
    assert add_field(owner, label="Size", field_type="number")["key"] == "size_2"


def test_only_owners_and_admins_manage_fields_and_only_their_own(
    owner: FlaskClient, viewer: FlaskClient, outsider: FlaskClient
) -> None:
    field = add_field(owner, label="Size", field_type="number")
    path = f"{FIELDS}/{field['id']}"
    assert viewer.get(path).status_code == 200
    for answer in (
        viewer.post(FIELDS, json={"kind": "client", "label": "X", "field_type": "text"}),
        viewer.patch(path, json={"label": "X"}),
        viewer.delete(path),
        viewer.post(f"{path}/restore"),
        viewer.post(f"{path}/purge"),
    ):
        problem_of(answer, 403)
    for answer in (outsider.get(path), outsider.patch(path, json={"label": "X"}), outsider.delete(path)):
        problem_of(answer, 404)
    assert outsider.get(f"{FIELDS}?kind=client").get_json()["data"] == []


def test_a_bad_definition_names_its_field(owner: FlaskClient) -> None:
    for body, field in BAD_DEFINITIONS:
        answer = owner.post(FIELDS, json={"kind": "client", "label": "Size", "field_type": "text", **body})
        assert {each.split(".")[0] for each in fields_of(answer)} == {field}, body
    assert owner.get(f"{FIELDS}?kind=client").get_json()["data"] == []


def test_fields_have_an_order_and_a_label_is_of_one_field(owner: FlaskClient) -> None:
    first, _, third = (add_field(owner, label=label) for label in ("A", "B", "C"))
    change_field(owner, third, position=0)
    labels = [each["label"] for each in owner.get(f"{FIELDS}?kind=client").get_json()["data"]]
    assert labels == ["C", "A", "B"]
    problem_of(owner.post(FIELDS, json={"kind": "client", "label": " a", "field_type": "text"}), 409)
    problem_of(owner.patch(f"{FIELDS}/{first['id']}", json={"label": "b"}), 409)
    assert add_field(owner, label="A", kind="lead")["kind"] == "lead"


def test_a_kind_has_at_most_a_hundred_fields(owner: FlaskClient) -> None:
    for n in range(100):
        add_field(owner, label=f"Field {n}")
    problem_of(owner.post(FIELDS, json={"kind": "client", "label": "X", "field_type": "text"}), 409)


def test_a_stale_change_of_a_field_is_refused(owner: FlaskClient) -> None:
    field = add_field(owner, label="Size")
    change_field(owner, field, help="In cm")
    path = f"{FIELDS}/{field['id']}"
    problem_of(owner.patch(path, json={"label": "X"}, headers={"If-Match": '"1"'}), 412)
    problem_of(owner.delete(path, headers={"If-Match": '"1"'}), 412)


def test_openapi_describes_the_fields_of_the_workspace(owner: FlaskClient, outsider: FlaskClient) -> None:
    add_field(owner, label="Size", field_type="number", help="In cm")
    choice = of_type(owner, "choice")
    schemas = owner.get("/api/openapi.json").get_json()["components"]["schemas"]
    for name in ("Client", "NewClient", "PatchedClient"):
        described = schemas[name]["properties"]["custom"]
        shape = str(described)
        assert "'size'" in shape and "In cm" in shape and "dark_green" in shape, name
    assert choice["key"] not in str(outsider.get("/api/openapi.json").get_json())
