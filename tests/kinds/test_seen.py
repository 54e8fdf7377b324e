"""Where a kind says that not everybody sees all its records, no way to them shows more."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.kinds import KINDS, open_database
from crm.records.kinds import Kinds
from crm.web.app import SynchronousFlask, create_app
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.api import client_of, problem_of
from tests.support.cast import Cast, gather_cast
from tests.support.clients import add_client
from tests.support.compiled_once import TEMPLATES, CompiledRoute
from tests.support.leads import add_lead, furnish

WAYS = (
    "/api/{list}", "/api/{list}?q=hidden", "/api/{list}?sort=-updated_at", "/{list}", "/{list}?q=hidden",
    "/search?q=hidden", "/search/palette?q=hidden", "/api/activities", "/api/activities/export", "/activity",
    "/activity/export", "/", "/my-day", "/api/tasks", "/tasks?assignee_id=0", "/clients/suggest?q=hidden",
    "/board", "/files",
)  # fmt: skip


def own(alias: str) -> str:
    return f"{alias}.owner_id = :actor_id"


@pytest.fixture(params=["client", "lead"])
def limited(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kinds(limited: str) -> Kinds:
    return Kinds(tuple(replace(kind, seen=own) if kind.name == limited else kind for kind in KINDS))


@pytest.fixture
def db(prepared: Settings, kinds: Kinds) -> Iterator[Database]:
    database = open_database(prepared, kinds)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return gather_cast(db)


@pytest.fixture
def app(settings: Settings, kinds: Kinds, cast: Cast) -> Iterator[Flask]:
    SynchronousFlask.url_rule_class = CompiledRoute
    app = create_app(settings, kinds)
    app.jinja_env.bytecode_cache = TEMPLATES
    yield app
    app.extensions["holdfast.db"].close()


def add(db: Database, who: Actor, kind: str, name: str) -> int:
    """With a note and a task about it."""
    record_id: int
    if kind == "lead":
        record_id = add_lead(db, who, title=name, owner_id=who.user_id).id
    else:
        record_id = add_client(db, who, name=name, owner_id=who.user_id).id
    db.write(add_note, who, NoteFields(subject=kind, subject_id=record_id, text=f"About {name}"))
    db.write(create_task, who, TaskFields(subject=kind, subject_id=record_id, title=f"Call {name}"))
    return record_id


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True).casefold()


def test_what_one_does_not_see_is_shown_nowhere_and_is_as_if_it_were_not_there(
    app: Flask, db: Database, cast: Cast, limited: str
) -> None:
    furnish(db, cast.owner)
    hidden, shown = (add(db, who, limited, name) for who, name in
                     ((cast.owner, "Hidden one"), (cast.colleague, "Shown one")))  # fmt: skip
    reader, owner = client_of(app, db, cast.colleague), client_of(app, db, cast.owner)
    listed = f"{limited}s"
    ways = [way.format(list=listed) for way in WAYS]
    assert [way for way in ways if "hidden one" in text_of(reader, way)] == []
    assert [way for way in ways[:1] + ways[3:4] if "shown one" not in text_of(reader, way)] == []
    assert reader.get(f"/api/{listed}/count").get_json()["data"]["total"] == 1
    entries = owner.get(f"/api/activities?entity={limited}&entity_id={hidden}").get_json()["data"]
    for method, path in (
        ("GET", f"/api/{listed}/{hidden}"), ("PATCH", f"/api/{listed}/{hidden}"),
        ("DELETE", f"/api/{listed}/{hidden}"), ("GET", f"/api/{listed}/{hidden}/activities"),
        ("GET", f"/api/{listed}/{hidden}/files"), ("GET", f"/{listed}/{hidden}"),
        ("GET", f"/{listed}/{hidden}/edit"), ("POST", f"/api/activities/{entries[0]['id']}/undo"),
        ("GET", "/api/notes/1"), ("GET", "/api/tasks/1"), ("GET", "/timeline/notes/1"),
        ("GET", "/tasks/1/edit"),
    ):  # fmt: skip
        body: dict[str, str] | None = {} if method == "PATCH" else None
        assert reader.open(path, method=method, json=body).status_code == 404, (method, path)
    about = {"subject": limited, "subject_id": hidden, "text": "x"}
    problem_of(reader.post("/api/notes", json=about), 422)
    assert reader.get(f"/api/{listed}/{shown}").status_code == 200
    assert owner.get(f"/api/{listed}/{hidden}").status_code == 200
