"""Many records of every kind, by one walk: what the kind's description says is done, and undone."""

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask.testing import FlaskClient

from crm.db.database import Database
from crm.kinds import KINDS
from crm.records import many
from crm.records.bulk import Assignment, Creation, Tagging, Update
from crm.records.bulk_operations import bulk_of, operation_models
from crm.records.kind import Kind
from crm.web.lists import bulk
from tests.support.cast import Cast
from tests.support.leads import furnish

LINE = {"title": "Work", "unit_price": 10}
NEW: dict[str, tuple[str, dict[str, Any]]] = {
    "client": ("name", {}),
    "lead": ("title", {}),
    "vehicle": ("model", {"make": "Skoda", "year": 2020}),
    "product": ("name", {}),
    "quote": ("title", {"lines": [LINE]}),
    "invoice": ("title", {"lines": [LINE]}),
    "deal": ("notes", {}),
    "campaign": ("name", {}),
}
"""The text of each kind by which the records of these tests differ, and what a new one needs beside it."""
MANY = [kind for kind in KINDS if kind.bulk is not None]
ALL = pytest.mark.parametrize("kind", MANY, ids=lambda kind: kind.name)


@pytest.fixture(autouse=True)
def _with_stages(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


def new(kind: Kind, text: str) -> dict[str, Any]:
    field, more = NEW[kind.name]
    return {field: text, **more}


def add(owner: FlaskClient, kind: Kind, *texts: str) -> list[int]:
    made = [owner.post(f"/api/{kind.table}", json=new(kind, text)) for text in texts]
    assert {each.status_code for each in made} == {201}, made[0].get_data(as_text=True)
    return [each.get_json()["data"]["id"] for each in made]


def run(owner: FlaskClient, kind: Kind, *operations: dict[str, Any], status: int = 200) -> Any:
    answer = owner.post(f"/api/{kind.table}/bulk", json={"operations": list(operations)})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()["data" if status == 200 else "errors"]


def seen(owner: FlaskClient, kind: Kind) -> list[tuple[Any, ...]]:
    """Whose each record is and which tags it has, oldest first."""
    field, of = NEW[kind.name][0], bulk_of(kind).owner
    rows = owner.get(f"/api/{kind.table}?sort=created_at&limit=50").get_json()["data"]
    return [(row[field], row[of] if of else None, row.get("tags")) for row in rows]


def change_for(kind: Kind, cast: Cast) -> str:
    return f"owner:{cast.colleague.user_id}" if bulk_of(kind).owner else "tag:chosen"


@ALL
def test_what_one_call_does_is_undone_as_one(owner: FlaskClient, cast: Cast, kind: Kind) -> None:
    field, ids = NEW[kind.name][0], add(owner, kind, "first", "second")
    before = seen(owner, kind)
    version = owner.get(f"/api/{kind.table}/{ids[0]}").get_json()["data"]["version"]
    models = {each.__name__ for each in operation_models(kind)}
    operations = [{"op": "update", "id": ids[0], "version": version, "fields": {field: "changed"}}]
    if Tagging.__name__ in models:
        operations.append({"op": "tag", "id": ids[1], "add": ["new"]})
    if Assignment.__name__ in models:
        operations.append({"op": "assign", "id": ids[1], "owner_id": cast.colleague.user_id})
    outcomes = run(owner, kind, *operations)
    assert [each["id"] for each in outcomes] == [each["id"] for each in operations]
    assert seen(owner, kind) != before
    (operation_id,) = {each["operation_id"] for each in outcomes}
    undone = owner.post(f"/api/operations/{operation_id}/undo").get_json()
    assert seen(owner, kind) == before, undone


@ALL
def test_all_or_none_with_each_failure_by_its_index(owner: FlaskClient, kind: Kind) -> None:
    (first,) = add(owner, kind, "first")
    before = seen(owner, kind)
    problems = run(
        owner,
        kind,
        {"op": "update", "id": first, "fields": {NEW[kind.name][0]: "changed"}},
        {"op": "delete", "id": first, "version": 99},
        {"op": "restore", "id": first},
        status=422,
    )
    assert [each["field"] for each in problems] == ["operations.1", "operations.2.id"]
    assert seen(owner, kind) == before


@ALL
def test_it_makes_those_that_are_made_alone_and_refuses_what_it_does_not_know(
    owner: FlaskClient, kind: Kind
) -> None:
    if bulk_of(kind).new is not None or kind.name == "lead":
        run(owner, kind, *({"op": "create", "fields": new(kind, text)} for text in ("one", "two")))
        assert [text for text, _owner, _tags in seen(owner, kind)] == ["one", "two"]
    run(owner, kind, {"op": "explode", "id": 1}, status=422)


@ALL
def test_all_that_conditions_find_are_changed_and_no_others(
    owner: FlaskClient, cast: Cast, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, as a saved view, and step by step."""
    assert kind.filtered is not None
    add(owner, kind, "chosen 1", "left 1", "chosen 2", "left 2")
    before = seen(owner, kind)
    field = NEW[kind.name][0]
    text = orjson.dumps({"all": [{"field": field, "op": "contains", "value": "chosen"}]}).decode()
    query = f"filter={quote(text)}"
    view = owner.post("/api/views", json={"list": kind.table, "name": "Chosen", "query": query})
    for address in (query, f"view={view.get_json()['data']['id']}&{query}"):
        form = {"all": "1", "change": change_for(kind, cast)}
        assert owner.post(f"/{kind.table}/bulk?{address}", data=form).status_code == 303
        changed = seen(owner, kind)
        assert [now == was for now, was in zip(changed, before, strict=True)] == [False, True, False, True]
        back = {**form, "change": f"owner:{before[0][1] or ''}" if bulk_of(kind).owner else "untag:chosen"}
        assert owner.post(f"/{kind.table}/bulk?{address}", data=back).status_code == 303
        assert seen(owner, kind) == before
    monkeypatch.setattr(many, "MOST", 1)
    monkeypatch.setattr(bulk, "MOST", 1)
    step = {"change": change_for(kind, cast), "total": "2", "until": "99", "done": "0", "left_out": "0"}
    for _ in range(2):
        assert owner.post(f"/{kind.table}/bulk/all?{query}", data=step).status_code == 200
    assert [text for text, *rest in seen(owner, kind) if (text, *rest) not in before] == ["chosen 1"]


@ALL
def test_the_bar_of_its_list_offers_what_is_done_to_it_and_nothing_else(
    owner: FlaskClient, cast: Cast, kind: Kind
) -> None:
    add(owner, kind, "first")
    page = owner.get(f"/{kind.table}?view=all").get_data(as_text=True)
    assert f'action="/{kind.table}/bulk' in page and 'value="delete"' in page
    assert ('value="untag"' in page) == ("tags" in kind.parts)
    assert (f'value="owner:{cast.colleague.user_id}"' in page) == bool(bulk_of(kind).owner)
    for action in bulk_of(kind).own:
        assert f'value="{action}:' in page


@ALL
def test_its_description_is_whole(kind: Kind) -> None:
    of = bulk_of(kind)
    assert kind.trash is not None and kind.lookup is not None and kind.listing is not None
    assert of.owner is None or kind.links[of.owner] == "user"
    assert of.owner is None or of.owner in of.changes.model_fields
    assert ("tags" in kind.parts) == ("tags" in of.changes.model_fields)
    assert (of.new is None) == (of.create is None)
    assert any(issubclass(each, Update) for each in operation_models(kind))
    assert of.new is None or any(issubclass(each, Creation) for each in operation_models(kind))
