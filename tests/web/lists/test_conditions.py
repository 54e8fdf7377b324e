"""`?filter=`: conditions in groups, in one form for API, pages and saved views of every list."""

import html
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from crm.clients.filters import SORTS as CLIENT_SORTS
from crm.db.database import Database
from crm.kinds import KINDS
from crm.leads.filters import SORTS as LEAD_SORTS
from crm.records.conditions.fields import FilterField, filter_fields
from tests.support.cast import Cast
from tests.support.clients import add_client
from tests.support.conditions import found, one
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import add_lead, furnish

VALUES: dict[str, Any] = {
    "text": "a", "choice": "x", "number": 3, "amount": 30.5, "day": "2026-11-21", "moment": "2026-11-21",
    "yes_no": True, "record": 1, "tags": "VIP",
}  # fmt: skip


@pytest.fixture(autouse=True)
def some(db: Database, cast: Cast, frozen_clock: FrozenClock) -> None:
    furnish(db, cast.owner)
    frozen_clock.set(datetime(2026, 10, 22, 23, 30, tzinfo=UTC))
    add_client(db, cast.owner, name="Anna", city="Köln", tags=["VIP"], website="https://ann.example.org")
    frozen_clock.set(datetime(2026, 11, 15, 12, tzinfo=UTC))
    add_client(db, cast.owner, name="Änne", city="Berlin", status="prospect", owner_id=cast.owner.user_id)
    frozen_clock.set(datetime(2026, 11, 21, 7, 39, tzinfo=UTC))
    add_client(db, cast.owner, name="Bob", phone="+49 30 1234567", country="DE", notes="Mag ÄPFEL")
    add_client(db, cast.outsider, name="Anna", city="Köln")
    add_lead(db, cast.owner, title="Roof", value=100, expected_close="2026-11-25")
    add_lead(db, cast.owner, title="Door", value=2_000, source="Fair", tags=["VIP"])


CLIENTS: list[tuple[str, str, Any, list[str]]] = [
    ("city", "is", "koln", ["Anna"]),
    ("city", "is not", "Köln", ["Bob", "Änne"]),
    ("city", "is_empty", None, ["Bob"]),
    ("city", "is_not_empty", None, ["Anna", "Änne"]),
    ("name", "starts_with", "an", ["Anna", "Änne"]),
    ("name", "contains", "NN", ["Anna", "Änne"]),
    ("name", "is_any_of", ["bob", "ANNA"], ["Anna", "Bob"]),
    ("website", "contains", "ANN.example", ["Anna"]),
    ("notes", "contains", "äpfel", ["Bob"]),
    ("phone", "is", "+49 30 1234567", ["Bob"]),
    ("phone", "contains", "123", ["Bob"]),
    ("country", "is", "Germany", ["Bob"]),
    ("status", "is_any_of", ["prospect", "inactive"], ["Änne"]),
    ("owner_id", "is", "me", ["Änne"]),
    ("owner_id", "is_empty", None, ["Anna", "Bob"]),
    ("tags", "is", "vip", ["Anna"]),
    ("tags", "is_not", "vip", ["Bob", "Änne"]),
    ("tags", "is_any_of", ["vip", "none"], ["Anna"]),
    ("tags", "is", "never given", []),
    ("tags", "is_empty", None, ["Bob", "Änne"]),
    ("created_at", "is", "last 30 days", ["Anna", "Bob", "Änne"]),
    ("created_at", "is", "last 6 days", ["Bob", "Änne"]),
    ("created_at", "is", "today", ["Bob"]),
    ("created_at", "is_not", "today", ["Anna", "Änne"]),
    ("created_at", "is", "this month", ["Bob", "Änne"]),
    ("created_at", "is", "last_month", ["Anna"]),
    ("created_at", "is", "this quarter", ["Anna", "Bob", "Änne"]),
    ("created_at", "is", "next year", []),
    ("created_at", "before", "2026-11-15", ["Anna"]),
    ("created_at", "after", "2026-11-15", ["Bob"]),
    ("created_at", "between", ["2026-10-01", "2026-11-15"], ["Anna", "Änne"]),
    ("last_activity", "no activity since", 6, ["Anna", "Änne"]),
    ("last_activity", "no_activity_since", "14 days", ["Anna"]),
]
LEADS: list[tuple[str, str, Any, list[str]]] = [
    ("value", "less", 100.5, ["Roof"]),
    ("value", "greater", 100, ["Door"]),
    ("value", "between", [100, 2000], ["Door", "Roof"]),
    ("value", "is", 2000, ["Door"]),
    ("expected_close", "is", "next 7 days", ["Roof"]),
    ("expected_close", "is_empty", None, ["Door"]),
    ("expected_close", "before", "2026-12-01", ["Roof"]),
    ("expected_close", "after", "2026-11-24", ["Roof"]),
    ("expected_close", "is_not", "2026-11-25", ["Door"]),
    ("source", "is", "FAIR", ["Door"]),
    ("tags", "is", "VIP", ["Door"]),
]


def test_clients_are_found_by_each_kind_of_condition(owner: FlaskClient) -> None:
    for field, op, value, names in CLIENTS:
        condition = one(field, op, value)
        assert found(owner, {"all": [condition]}) == names, condition
        assert found(owner, {"any": [condition, one("name", "is", "nobody")]}) == names, condition
        assert set(found(owner, {"any": [condition, one("name", "is", "bob")]})) == {*names, "Bob"}, condition


def test_leads_are_found_by_amounts_and_days(owner: FlaskClient) -> None:
    for field, op, value, titles in LEADS:
        assert found(owner, one(field, op, value), "leads") == titles, (field, op, value)


def test_groups_and_flat_filters_hold_together(owner: FlaskClient) -> None:
    tree = {
        "all": [
            one("name", "starts_with", "a"),
            {"any": [one("city", "is", "Berlin"), one("tags", "is", "VIP")]},
        ]
    }
    assert found(owner, tree) == ["Anna", "Änne"]
    assert found(owner, tree, more="&status=prospect") == ["Änne"]
    assert found(owner, tree, more="&city=Hamburg") == []
    deep = {
        "any": [
            {"all": [one("city", "is", "Köln"), {"any": [one("name", "is", "x"), one("name", "is", "Anna")]}]}
        ]
    }
    assert found(owner, deep) == ["Anna"]
    assert found(owner, {"all": [one("status", "is", "active")]}, more="&status=prospect") == []


def test_a_task_of_a_day_is_due_on_that_day_for_everybody(owner: FlaskClient) -> None:
    dues: tuple[tuple[str, dict[str, str]], ...] = (
        ("day", {"due_day": "2026-11-28"}),
        ("hour", {"due_at": "2026-11-21T23:30:00Z"}),
        ("late", {"due_day": "2026-11-29"}),
        ("never", {}),
    )
    for title, due in dues:
        assert owner.post("/api/tasks", json={"title": title, **due}).status_code == 201
    assert found(owner, one("due", "is", "next 7 days"), "tasks") == ["day", "hour"]
    assert found(owner, one("due", "is_empty"), "tasks") == ["never"]
    assert found(owner, one("due", "is_not", "today"), "tasks") == ["day", "late", "never"]
    late = {"any": [one("due", "after", "2026-11-28"), one("title", "is", "NEVER")]}
    assert found(owner, late, "tasks") == ["late", "never"]


def test_relative_days_are_those_of_the_reader(owner: FlaskClient) -> None:
    """At 23:30 UTC it is the next day in Berlin; weeks begin on Sunday in the United States."""
    day = one("created_at", "is", "2026-10-23")
    assert found(owner, day) == []
    assert owner.patch("/api/me", json={"timezone": "Europe/Berlin"}).status_code == 200
    assert found(owner, day) == ["Anna"]
    assert found(owner, one("created_at", "is", "last week")) == ["Änne"]
    owner.patch("/api/me", json={"locale": "de-DE"})
    assert found(owner, one("created_at", "is", "this week")) == ["Bob"]
    owner.patch("/api/me", json={"locale": "en-US"})
    assert found(owner, one("created_at", "is", "this week")) == ["Bob", "Änne"]


def fitting(name: str, field: FilterField) -> Any:
    if field.values:
        return field.values[0]
    return {"country": "DE", "phone": "+49 30 1234567"}.get(name, VALUES[field.type])


def value_of(op: str, name: str, field: FilterField) -> Any:
    value = fitting(name, field)
    if op == "no_activity_since":
        return 14
    return {"is_any_of": [value, value], "between": [value, value]}.get(op, value)


@pytest.mark.parametrize("table", [kind.table for kind in KINDS if kind.filtered])
def test_every_field_takes_each_of_its_operators_in_every_order(
    owner: FlaskClient, db: Database, cast: Cast, table: str
) -> None:
    kind = next(kind for kind in KINDS if kind.table == table)
    fields = db.read(filter_fields, cast.owner, kind.name)
    sorts = {"clients": CLIENT_SORTS, "leads": LEAD_SORTS}.get(table, {})
    names = [name for name, sort in sorts.items() if not sort.of_trash] or [""]
    asked = 0
    for name, field in fields.items():
        for op in field.operators:
            condition = one(name, op, None if op.endswith("empty") else value_of(op, name, field))
            for tree in (condition, {"any": [condition, condition]}):
                sort = names[asked % len(names)]
                asked += 1
                answer = owner.get(
                    f"/api/{table}",
                    query_string={"filter": json.dumps(tree), **({"sort": sort} if sort else {})},
                )
                assert answer.status_code == 200, (tree, answer.get_json())
    assert asked > 60


def test_a_saved_view_keeps_relative_days_relative(owner: FlaskClient, frozen_clock: FrozenClock) -> None:
    text = json.dumps(one("created_at", "is", "last 30 days"))
    made = owner.post("/api/views", json={"list": "clients", "name": "New", "query": f"filter={quote(text)}"})
    query = made.get_json()["data"]["query"]
    assert "last+30+days" in query
    assert len(owner.get(f"/api/clients?{query}").get_json()["data"]) == 3
    frozen_clock.set(datetime(2026, 12, 20, 12, tzinfo=UTC))
    assert [row["name"] for row in owner.get(f"/api/clients?{query}").get_json()["data"]] == ["Bob"]
    page = owner.get(f"/clients?{query}").get_data(as_text=True)
    assert ">Bob</a>" in page
    assert "<span>Created is the last 30 days</span>" in page


def test_each_condition_is_a_chip_that_leads_to_the_list_without_it(owner: FlaskClient) -> None:
    either = {"any": [one("tags", "is", "VIP"), one("owner_id", "is_empty")]}
    tree = {"all": [one("city", "is", "Köln"), either]}
    page = html.unescape(
        owner.get("/clients", query_string={"filter": json.dumps(tree)}).get_data(as_text=True)
    )
    chips = re.findall(r'class="filter-chip" href="([^"]*)".*?<span>(.*?)</span>', page, re.DOTALL)
    assert [text for _, text in chips] == ["City is “Köln”", "Tags is VIP or Owner is empty"]
    for address, _ in chips:
        assert len(re.findall('class="filter-chip"', owner.get(address).get_data(as_text=True))) == 1
    board = owner.get("/board", query_string={"filter": json.dumps(one("title", "is", "Roof"))})
    assert "Title is “Roof”" in board.get_data(as_text=True)
    assert ">Door</a>" not in board.get_data(as_text=True)
