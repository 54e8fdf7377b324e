"""Another type for a custom field: what fits is converted, what does not is told before it is lost."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.client_api import PATH, add
from tests.support.custom_fields import FIELDS, add_field


def convert(owner: FlaskClient, field: dict[str, Any], to: str, **more: Any) -> Any:
    return owner.post(f"{FIELDS}/{field['id']}/convert", json={"field_type": to, **more})


def preview(owner: FlaskClient, field: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
    answer = owner.post(f"{FIELDS}/{field['id']}/conversion", json={"field_type": to, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json()["data"])


def value(owner: FlaskClient, client: dict[str, Any], key: str) -> Any:
    return owner.get(f"{PATH}/{client['id']}").get_json()["data"]["custom"][key]


@pytest.mark.parametrize(
    ("old", "given", "new", "found"),
    [
        ("text", "12.5", "number", 12.5),
        ("text", "12,5", "number", 12.5),
        ("text", "-3", "money", -3),
        ("number", 12.5, "text", "12.5"),
        ("number", 4, "percent", 4),
        ("number", 1, "yes_no", True),
        ("text", "2026-11-21", "date", "2026-11-21"),
        ("date", "2026-11-21", "datetime", "2026-11-21T00:00:00.000Z"),
        ("datetime", "2026-11-21T07:39:11Z", "date", "2026-11-21"),
        ("text", "Red", "choice", "red"),
        ("text", "Red; Dark green", "multi_choice", ["red", "dark_green"]),
        ("choice", "red", "multi_choice", ["red"]),
        ("multi_choice", ["red", "dark_green"], "text", "Red, Dark green"),
        ("multi_choice", ["red"], "choice", "red"),
        ("yes_no", True, "text", "yes"),
        ("text", "No", "yes_no", False),
        ("text", "Ada@Example.org", "email", "ada@example.org"),
        ("text", "+49 30 901820", "phone", "+4930901820"),
        ("text", "https://example.org", "url", "https://example.org"),
        ("text", "a b", "long_text", "a b"),
    ],
)
def test_a_value_that_fits_is_converted_and_found_by_its_new_form(
    owner: FlaskClient, old: str, given: Any, new: str, found: Any
) -> None:
    choices = {"choices": [{"label": "Red"}, {"label": "Dark green"}]} if "choice" in old else {}
    field = add_field(owner, label="Size", field_type=old, **choices)
    client = add(owner, name="Anna", custom={"size": given})
    empty = add(owner, name="Nobody")
    assert preview(owner, field, new) == {
        "field_type": new,
        "fitting": 1,
        "unfit": 0,
        "examples": [],
        "complete": True,
    }
    assert value(owner, client, "size") == given or old in {"date", "datetime", "text"}
    answer = convert(owner, field, new)
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["data"]["field_type"] == new
    assert (value(owner, client, "size"), value(owner, empty, "size")) == (found, None)
    query = '{"all": [{"field": "custom.size", "op": "is_not_empty"}]}'
    assert [each["id"] for each in owner.get(f"{PATH}?filter={query}").get_json()["data"]] == [client["id"]]
    changed = owner.get(f"{PATH}/{client['id']}").get_json()["data"]
    assert changed["version"] == client["version"] + 1


@pytest.mark.parametrize(
    ("old", "given", "new"),
    [
        ("text", "1,234", "number"),
        ("text", "about 5", "number"),
        ("text", "21.11.2026", "date"),
        ("text", "perhaps", "yes_no"),
        ("text", "no address", "email"),
        ("text", "7", "client"),
        ("long_text", "x" * 300, "text"),
        ("number", 5, "yes_no"),
        ("number", 1.234, "money"),
        ("multi_choice", ["red", "dark_green"], "choice"),
    ],
)
def test_what_does_not_fit_is_told_and_emptied_only_if_asked(
    owner: FlaskClient, old: str, given: Any, new: str
) -> None:
    choices = {"choices": [{"label": "Red"}, {"label": "Dark green"}]} if "choice" in old else {}
    field = add_field(owner, label="Size", field_type=old, **choices)
    client = add(owner, name="Anna", custom={"size": given})
    found = preview(owner, field, new)
    assert (found["fitting"], found["unfit"]) == (0, 1)
    assert found["examples"][0]["record_id"] == client["id"] and found["examples"][0]["reason"]
    refused = convert(owner, field, new)
    assert (refused.status_code, refused.get_json()["unfit"]) == (409, 1)
    assert value(owner, client, "size") == given
    assert convert(owner, field, new, empty_unfit=True).status_code == 200
    assert value(owner, client, "size") is None
    entries = owner.get(f"/api/clients/{client['id']}/activities").get_json()["data"]
    assert entries[0]["before"] == {"custom.size": given}


def test_a_conversion_keeps_unique_values_apart_and_refuses_what_is_no_type(owner: FlaskClient) -> None:
    field = add_field(owner, label="Number", unique=True)
    add(owner, name="A", custom={"number": "1"})
    add(owner, name="B", custom={"number": "1.0"})
    assert convert(owner, field, "number").status_code == 409
    assert convert(owner, field, "text").status_code == 422
    assert convert(owner, field, "colour").status_code == 422
    assert owner.get(f"{FIELDS}/{field['id']}").get_json()["data"]["field_type"] == "text"
    stale = owner.post(
        f"{FIELDS}/{field['id']}/convert", json={"field_type": "long_text"}, headers={"If-Match": '"9"'}
    )
    assert stale.status_code == 412
    assert convert(owner, field, "long_text").get_json()["data"]["unique"] is False


def test_values_in_the_trash_are_converted_too_and_nothing_of_another_workspace(
    owner: FlaskClient, outsider: FlaskClient
) -> None:
    field = add_field(owner, label="Size")
    theirs = add_field(outsider, label="Size")
    client = add(owner, name="Anna", custom={"size": "5"})
    other = add(outsider, name="Eva", custom={"size": "5"})
    assert owner.delete(f"{PATH}/{client['id']}").status_code == 204
    assert convert(owner, field, "number").status_code == 200
    assert owner.post(f"{PATH}/{client['id']}/restore").get_json()["data"]["custom"] == {"size": 5}
    assert outsider.get(f"{PATH}/{other['id']}").get_json()["data"]["custom"] == {"size": "5"}
    assert convert(owner, theirs, "number").status_code == 404


def test_the_page_shows_what_does_not_fit_before_it_changes_the_type(owner: FlaskClient) -> None:
    field = add_field(owner, label="Size")
    fits = add(owner, name="A", custom={"size": "5"})
    add(owner, name="B", custom={"size": "about <b>5</b>"})
    page = f"/settings/custom-fields/{field['id']}/type"
    assert f'href="{page}"' in owner.get(f"/settings/custom-fields/{field['id']}").get_data(as_text=True)
    html = owner.get(f"{page}?field_type=number").get_data(as_text=True)
    assert "1 value does not fit" in html and "about &lt;b&gt;5&lt;/b&gt;" in html
    sent = {"field_type": "number", "version": field["version"]}
    assert owner.post(page, data=sent).status_code == 409
    assert owner.post(page, data={**sent, "empty_unfit": "1"}).status_code == 303
    assert value(owner, fits, "size") == 5
    assert "changed the type of the field" in owner.get("/activity").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field_type", "typed", "found"),
    [
        ("number", "12.5", 12.5),
        ("yes_no", "no", False),
        ("text", " a ", "a"),
        ("multi_choice", "Red", ["red"]),
    ],
)
def test_the_default_is_set_and_taken_back_in_the_settings(
    owner: FlaskClient, field_type: str, typed: str, found: Any
) -> None:
    form = {
        "kind": "client",
        "label": "Size",
        "field_type": field_type,
        "default": typed,
        "choices": "Red\nBlue",
    }
    assert owner.post("/settings/custom-fields/new", data=form).status_code == 303
    field = owner.get(f"{FIELDS}?kind=client").get_json()["data"][0]
    assert field["default"] == found
    page = f"/settings/custom-fields/{field['id']}"
    held = {f"choice.{each['key']}": each["label"] for each in field["choices"]}
    emptied = {"label": "Size", "default": "", "version": field["version"], **held}
    assert owner.post(page, data=emptied).status_code == 303
    assert owner.get(f"{FIELDS}/{field['id']}").get_json()["data"]["default"] is None
