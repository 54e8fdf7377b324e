"""Each custom field is a column of an exported file, and comes back by it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.exports.test_coming_back import create, exported, seen
from tests.imports.test_imports import bring, confirm, counts


def test_custom_values_come_along_where_the_fields_are(owner: FlaskClient, outsider: FlaskClient) -> None:
    for client in (owner, outsider):
        add_field(client, "Size", "number")
    for label, field_type in (("Seat", "text"), ("Guide", "user")):
        add_field(owner, label, field_type)
    guide = owner.get("/api/users").get_json()["data"][0]["id"]
    custom = {"size": 42.5, "seat": "=7, A", "guide": guide}
    create(owner, "clients", name="Ada", custom=custom)
    for form in ("csv", "jsonl"):
        content = exported(owner, "clients", form)
        again = confirm(owner, bring(owner, content, f"a.{form}", duplicates="update", overwrite="true"))
        assert (counts(again), again["problems"]) == ([0, 0, 1, 0], [])
    elsewhere = confirm(outsider, bring(outsider, exported(owner, "clients", "xlsx"), "clients.xlsx"))
    assert counts(elsewhere) == [1, 0, 0, 0]
    assert {problem["header"] for problem in elsewhere["problems"]} == {"custom.seat", "custom.guide"}
    assert [each["custom"] for each in seen(outsider, "clients", ("custom",))] == [{"size": 42.5}]


def add_field(client: FlaskClient, label: str, field_type: str) -> None:
    create(client, "custom-fields", kind="client", label=label, field_type=field_type)


ALL_TYPES: dict[str, tuple[str, Any, Any]] = {
    "text": ("Seat", "=7, A", "B"),
    "long_text": ("Story", "one\n'two", "three"),
    "number": ("Size", 42.5, 7),
    "money": ("Budget", -0.25, 1),
    "percent": ("Share", 12.5, 13),
    "date": ("Since", "1899-02-28", "2024-02-29"),
    "datetime": ("Seen", "2026-11-21T07:39:11.000Z", "2026-11-22T07:39:11.000Z"),
    "choice": ("Colour", "red", "blue"),
    "multi_choice": ("Colours", ["red", "blue"], ["blue"]),
    "url": ("Site", "https://example.com/?a=1,2;3", "https://example.org/"),
    "email": ("Mail", "ada@example.com", "eva@example.com"),
    "phone": ("Fax", "+4917012345678", "+4917012345679"),
    "yes_no": ("Pays", False, True),
}
CUSTOM_KINDS: dict[str, dict[str, Any]] = {
    "client": {"name": "Ada"},
    "lead": {"title": "Roof"},
    "product": {"name": "Wax"},
    "vehicle": {"make": "Fiat", "model": "500", "year": 2020, "vin": "ZFA31200000000017"},
}


@pytest.mark.parametrize("kind", CUSTOM_KINDS)
def test_each_custom_field_is_a_column_that_comes_back(
    owner: FlaskClient, outsider: FlaskClient, kind: str
) -> None:
    path = f"{kind}s"
    choices = [{"label": name.title(), "key": name} for name in ("red", "blue")]
    for client in (owner, outsider):
        if kind == "lead":
            client.get("/board")
        for field_type, (label, _value, _later) in ALL_TYPES.items():
            more = {"choices": choices} if "choice" in field_type else {}
            create(client, "custom-fields", kind=kind, label=label, field_type=field_type, **more)
    custom = {label.lower(): value for label, value, _later in ALL_TYPES.values()}
    made = create(owner, path, **CUSTOM_KINDS[kind], custom=custom)
    for form in ("csv", "xlsx"):
        content = exported(owner, path, form)
        if form == "csv":
            header = content.decode().splitlines()[0].split(",")
            assert {f"custom.{key}" for key in custom} <= set(header)
            assert "custom" not in header
        again = bring(owner, content, f"a.{form}", records=path, duplicates="update", overwrite="true")
        done = confirm(owner, again)
        assert (done["problems"], done["created"], done["updated"]) == ([], 0, 0), form
        assert owner.get(f"/api/{path}/{made['id']}").get_json()["data"]["custom"] == made["custom"]
    done = confirm(outsider, bring(outsider, exported(owner, path, "csv"), "a.csv", records=path))
    assert (done["problems"], done["created"]) == ([], 1)
    assert [each["custom"] for each in seen(outsider, path, ("custom",))] == [made["custom"]]
    later = {label.lower(): value for label, _value, value in ALL_TYPES.values()}
    before = exported(owner, path, "csv")
    changed = owner.patch(f"/api/{path}/{made['id']}", json={"custom": later})
    assert changed.status_code == 200, changed.get_json()
    done = confirm(owner, bring(owner, before, "b.csv", records=path, duplicates="update", overwrite="true"))
    assert (done["problems"], done["updated"]) == ([], 1)
    assert owner.get(f"/api/{path}/{made['id']}").get_json()["data"]["custom"] == made["custom"]
