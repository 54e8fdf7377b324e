"""Lists filtered and sorted by custom fields, over HTTP."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from crm.custom_fields.definitions import LONGEST_KEY
from crm.db.actor import Actor
from tests.support.api import fields_of
from tests.support.cast import Cast
from tests.support.client_api import PATH, add
from tests.support.custom_fields import add_field, of_type, remove_field

pytestmark = pytest.mark.usefixtures("furnished")


def found(web: FlaskClient, *conditions: dict[str, Any], sort: str = "name", limit: int = 25) -> list[str]:
    """The names of all pages, one after the other."""
    names: list[str] = []
    query = {"filter": orjson.dumps({"all": list(conditions)}).decode()} if conditions else {}
    cursor = None
    for _ in range(20):
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        answer = web.get(PATH, query_string={**query, "sort": sort, "limit": limit, **more})
        assert answer.status_code == 200, answer.text
        names += [each["name"] for each in answer.get_json()["data"]]
        cursor = answer.get_json()["page"]["next"]
        if cursor is None:
            return names
    raise AssertionError("the pages have no end")


def case(key: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": f"custom.{key}", "op": op} | ({} if value is None else {"value": value})


def fill(web: FlaskClient, owner: Actor) -> None:
    types = ("text", "number", "date", "datetime", "choice", "multi_choice", "user", "yes_no", "phone")
    for each in types:
        of_type(web, each)
    add(web, name="Ann", custom={
        "field_text": "Größe", "field_number": -2.5, "field_date": "1999-12-31", "field_choice": "red",
        "field_multi_choice": ["red", "dark_green"], "field_user": owner.user_id, "field_yes_no": True,
        "field_datetime": "2026-11-27T10:00:00Z", "field_phone": "+4930901820",
    })  # fmt: skip
    add(web, name="Bob", custom={"field_text": "blue", "field_number": 10, "field_choice": "dark_green"})
    add(web, name="Cid", custom={"field_text": "Blues", "field_number": 9, "field_multi_choice": ["red"]})
    add(web, name="Dan", custom={"field_yes_no": False, "field_date": "2026-11-01"})
    gone = add(web, name="Gone", custom={"field_text": "blue", "field_number": 10})
    web.delete(f"{PATH}/{gone['id']}")


def test_each_operator_finds_what_has_such_a_value(owner: FlaskClient, cast: Cast) -> None:
    fill(owner, cast.owner)
    for condition, names in (
        (case("field_text", "is", "GROSSE"), ["Ann"]),
        (case("field_text", "is", "größe"), ["Ann"]),
        (case("field_text", "is_not", "blue"), ["Ann", "Cid", "Dan"]),
        (case("field_text", "is_any_of", ["blue", "blues"]), ["Bob", "Cid"]),
        (case("field_text", "contains", "lue"), ["Bob", "Cid"]),
        (case("field_text", "starts_with", "BLUE"), ["Bob", "Cid"]),
        (case("field_text", "is_empty"), ["Dan"]),
        (case("field_text", "is_not_empty"), ["Ann", "Bob", "Cid"]),
        (case("field_number", "is", -2.5), ["Ann"]),
        (case("field_number", "less", 9.5), ["Ann", "Cid"]),
        (case("field_number", "greater", 9), ["Bob"]),
        (case("field_number", "between", [-3, 9]), ["Ann", "Cid"]),
        (case("field_date", "is", "1999-12-31"), ["Ann"]),
        (case("field_date", "after", "1999-12-31"), ["Dan"]),
        (case("field_date", "is_not", "1999-12-31"), ["Bob", "Cid", "Dan"]),
        (case("field_datetime", "before", "2026-11-28"), ["Ann"]),
        (case("field_choice", "is", "red"), ["Ann"]),
        (case("field_choice", "is_any_of", ["red", "dark_green"]), ["Ann", "Bob"]),
        (case("field_multi_choice", "is", "red"), ["Ann", "Cid"]),
        (case("field_multi_choice", "is_any_of", ["red", "dark_green"]), ["Ann", "Cid"]),
        (case("field_multi_choice", "is_not", "dark_green"), ["Bob", "Cid", "Dan"]),
        (case("field_multi_choice", "is_not_empty"), ["Ann", "Cid"]),
        (case("field_user", "is", "me"), ["Ann"]),
        (case("field_yes_no", "is", value=False), ["Dan"]),
        (case("field_phone", "is", "+49 30 901820"), ["Ann"]),
    ):
        assert found(owner, condition) == names, condition
    several = {"any": [case("field_number", "is", 10), case("field_date", "after", "2020-01-01")]}
    assert found(owner, several) == ["Bob", "Dan"]
    assert found(owner, case("field_number", "greater", 0), case("field_text", "is", "blues")) == ["Cid"]


def test_a_condition_that_does_not_fit_names_its_place(owner: FlaskClient, cast: Cast) -> None:
    fill(owner, cast.owner)
    for condition, place in (
        (case("field_number", "is", "ten"), "filter.all[0].value"),
        (case("field_choice", "is", "purple"), "filter.all[0].value"),
        (case("field_yes_no", "is", 1), "filter.all[0].value"),
        (case("field_number", "contains", "1"), "filter.all[0].op"),
        (case("unknown", "is", 1), "filter.all[0].field"),
    ):
        answer = owner.get(PATH, query_string={"filter": orjson.dumps({"all": [condition]}).decode()})
        assert fields_of(answer) == {place}


def test_lists_are_sorted_by_a_field_in_pages_of_any_size(owner: FlaskClient, cast: Cast) -> None:
    fill(owner, cast.owner)
    for limit in (1, 2, 25):
        assert found(owner, sort="custom.field_number", limit=limit) == ["Ann", "Cid", "Bob", "Dan"]
        assert found(owner, sort="-custom.field_number", limit=limit) == ["Bob", "Cid", "Ann", "Dan"]
        ranged = case("field_number", "greater", 0)
        assert found(owner, ranged, sort="custom.field_number", limit=limit) == ["Cid", "Bob"]
        red = case("field_choice", "is", "red")
        assert found(owner, red, sort="-custom.field_text", limit=limit) == ["Ann"]
        decided = case("field_yes_no", "is_not_empty")
        assert found(owner, decided, sort="custom.field_text", limit=limit) == ["Ann", "Dan"]
    for bad in ("custom.unknown", "custom.field_multi_choice"):
        assert fields_of(owner.get(f"{PATH}?sort={bad}")) == {"sort"}


def test_a_removed_field_no_longer_filters_or_sorts(owner: FlaskClient) -> None:
    field = add_field(owner, label="Size", field_type="number")
    add(owner, custom={"size": 4})
    assert found(owner, case("size", "is", 4)) == ["Anna Nowak"]
    remove_field(owner, field)
    condition = orjson.dumps({"all": [case("size", "is", 4)]}).decode()
    assert fields_of(owner.get(PATH, query_string={"filter": condition})) == {"filter.all[0].field"}
    assert fields_of(owner.get(f"{PATH}?sort=custom.size")) == {"sort"}


def test_leads_and_the_page_of_a_list_take_them_too(owner: FlaskClient) -> None:
    add_field(owner, kind="lead", label="Budget", field_type="number")
    for title, budget in (("A", 5), ("B", 7)):
        owner.post("/api/leads", json={"title": title, "custom": {"budget": budget}})
    text = orjson.dumps({"all": [case("budget", "greater", 6)]}).decode()
    leads = owner.get("/api/leads", query_string={"filter": text}).get_json()["data"]
    assert [each["title"] for each in leads] == ["B"]
    page = owner.get("/leads", query_string={"filter": text, "sort": "-custom.budget"})
    assert page.status_code == 200 and "Budget is more than 6" in page.text


@pytest.mark.parametrize("kind", ["client", "lead"])
def test_lists_pages_and_exports_are_sorted_by_a_field_of_the_longest_key(
    owner: FlaskClient, kind: str
) -> None:
    key = add_field(owner, kind=kind, label="Rank", key="k" * LONGEST_KEY)["key"]
    named = "name" if kind == "client" else "title"
    for name, rank in (("Ann", "1"), ("Bob", "2")):
        assert owner.post(f"/api/{kind}s", json={named: name, "custom": {key: rank}}).status_code == 201
    for address in (f"/api/{kind}s?", f"/api/{kind}s/export?format=csv&", f"/{kind}s?view=all&"):
        for sort, reverse in (("", False), ("-", True)):
            answer = owner.get(f"{address}sort={sort}custom.{key}")
            assert answer.status_code == 200, (address, answer.text)
            places = [answer.text.index(name) for name in ("Ann", "Bob")]
            assert places == sorted(places, reverse=reverse), address
