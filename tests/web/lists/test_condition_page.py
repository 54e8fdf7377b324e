"""The builder of conditions: a plain form, made anew by the server after each step."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.kinds import KINDS
from crm.records.conditions.fields import filter_fields
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.conditions import one
from tests.support.leads import furnish

GROUPED = {
    "all": [
        one("city", "is", "Köln"),
        one("status", "is_any_of", ["active", "prospect"]),
        one("created_at", "is", "last 30 days"),
        one("created_at", "between", ["2026-11-01", "2026-11-30"]),
        one("updated_at", "before", "2026-11-21"),
        one("last_activity", "no_activity_since", "14"),
        one("owner_id", "is", "me"),
        {"any": [one("tags", "is_any_of", ["a, b", "VIP"]), one("phone", "is_empty")]},
    ]
}


@pytest.fixture(autouse=True)
def some(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    add_client(db, cast.owner, name="Anna", city="Köln", tags=["VIP"])
    add_client(db, cast.owner, name="Bob")


def form_of(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form."""
    form = page[page.index('id="conditions-form"') :]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*?name="([^"]*)"[^>]*?value="([^"]*)"', form):
        fields.setdefault(name, []).append(html.unescape(value))
    for name, options in re.findall(r'<select[^>]*?name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        single = re.search(rf'name="{name}"[^>]*multiple', form) is None
        first = re.findall(r'<option value="([^"]*)"', options)[:1] if single else []
        fields[name] = [html.unescape(each) for each in chosen or first]
    return fields


def sent(client: FlaskClient, address: str, **given: str) -> Any:
    fields = form_of(client.get(address).get_data(as_text=True)) | {
        name: [text] for name, text in given.items()
    }
    return client.post(address, data=fields)


def tree_in(location: str) -> Any:
    return json.loads(parse_qs(urlsplit(location).query)["filter"][0])


def test_what_the_address_says_comes_back_out_of_the_form(owner: FlaskClient) -> None:
    address = owner.get("/clients", query_string={"filter": json.dumps(GROUPED), "status": "active"}).request
    answer = sent(owner, f"/clients/filter?{address.query_string.decode()}", do="show")
    assert answer.status_code == 303
    assert tree_in(answer.location) == GROUPED
    assert "status=active" in answer.location


def test_conditions_are_added_filled_in_and_removed_step_by_step(owner: FlaskClient) -> None:
    page = owner.get("/clients").get_data(as_text=True)
    assert 'href="/clients/filter"' in page
    fields = form_of(owner.get("/clients/filter").get_data(as_text=True)) | {"field-0-0": ["city"]}
    page = owner.post("/clients/filter", data=fields | {"do": ["update"]}).get_data(as_text=True)
    assert '<option value="starts_with"' in page
    fields = form_of(page) | {"value-0-0": ["Köln"]}
    page = owner.post("/clients/filter", data=fields | {"do": ["group"]}).get_data(as_text=True)
    fields = form_of(page) | {"field-1-0": ["tags"]}
    page = owner.post("/clients/filter", data=fields | {"do": ["add:1"]}).get_data(as_text=True)
    fields = form_of(page) | {"field-1-1": ["name"], "op-1-0": ["is_empty"]}
    page = owner.post("/clients/filter", data=fields | {"do": ["update"]}).get_data(as_text=True)
    fields = form_of(page) | {"value-1-1": ["Anna"]}
    shown = owner.post("/clients/filter", data=fields | {"do": ["show"]})
    either = {"any": [one("tags", "is_empty"), one("name", "is", "Anna")]}
    assert tree_in(shown.location) == {"all": [one("city", "is", "Köln"), either]}
    fewer = owner.post("/clients/filter", data=fields | {"do": ["remove:0-0"]}).get_data(as_text=True)
    shown = owner.post("/clients/filter", data=form_of(fewer) | {"do": ["show"]})
    assert tree_in(shown.location) == {"all": [either]}


def test_a_wrong_value_is_told_beside_its_condition(owner: FlaskClient) -> None:
    fields = {
        "join-0": "all",
        "field-0-0": "created_at",
        "op-0-0": "is",
        "period-0-0": "day",
        "value-0-0": ["", "x"],
    }
    answer = owner.post("/clients/filter", data=fields | {"do": "show"})
    assert answer.status_code == 422
    assert "Must be a day such as" in answer.get_data(as_text=True)
    for odd in ("remove:9-9", "add:7", "remove:0", "", "group:x"):
        assert owner.post("/clients/filter", data=fields | {"do": odd}).status_code == 200
    assert owner.post("/clients/filter", data={"do": "show", "kept": "["}).status_code in {303, 422}


def test_without_any_condition_the_whole_list_is_shown(owner: FlaskClient) -> None:
    filtered = {"filter": json.dumps(one("city", "is", "Köln"))}
    answer = owner.post("/clients/filter", query_string=filtered, data={"do": "show", "join-0": "all"})
    assert (answer.status_code, answer.location) == (303, "/clients")


@pytest.mark.parametrize("table", [kind.table for kind in KINDS if kind.filtered])
def test_every_field_and_operator_has_a_control(
    owner: FlaskClient, db: Database, cast: Cast, table: str
) -> None:
    kind = next(kind for kind in KINDS if kind.table == table)
    for name, field in db.read(filter_fields, cast.owner, kind.name).items():
        rows = {f"field-0-{r}": name for r in range(len(field.operators))}
        ops = {f"op-0-{r}": op for r, op in enumerate(field.operators)}
        answer = owner.post(f"/{table}/filter", data={"join-0": "all", "do": "update", **rows, **ops})
        assert answer.status_code == 200, (name, answer.status_code)
