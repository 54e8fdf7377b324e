"""The ledger has one word for a thing. What an older version wrote is shown by it, and keeps its bytes.

`old_ledger.zip` was made by the program as it was before the words were settled: its database, its uploads,
and its export.
"""

import ast
import csv
import html
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from crm.activity.chain import verify_chain
from crm.activity.timeline import ActivityFilter, list_activities
from crm.activity.verbs import OF_THE_BUSINESS, SETTLED, USUAL, all_words, settled
from crm.appliance.transfer import export_to, import_from
from crm.config import PROJECT_ROOT, Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.kinds import KINDS, open_database
from tests.support.api import client_of, running_app
from tests.support.places import settings_below

OLD_LEDGER = Path(__file__).with_name("old_ledger.zip")
OWNER = Actor(1, 1)


@pytest.fixture
def old(settings: Settings, tmp_path: Path) -> Settings:
    """An appliance that goes on with the data of the older version."""
    with zipfile.ZipFile(OLD_LEDGER) as archive:
        archive.extractall(tmp_path)
    prepare(settings)
    return settings


@pytest.fixture
def old_db(old: Settings) -> Iterator[Database]:
    db = open_database(old)
    yield db
    db.close()


@pytest.fixture
def api(old: Settings, old_db: Database) -> Iterator[FlaskClient]:
    with running_app(old) as app:
        yield client_of(app, old_db, OWNER)


def stored_actions(tx: Transaction) -> set[str]:
    rows = tx.all("SELECT DISTINCT action FROM activities WHERE workspace_id = :workspace_id")
    return {str(row["action"]) for row in rows}


def written_actions() -> set[str]:
    """The second argument of each `record` in the code: "client.created", or the verb alone."""
    found = set()
    for path in (PROJECT_ROOT / "crm").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in {"record", "_record"} and len(call.args) > 1:
                texts = (node.value for node in ast.walk(call.args[1]) if isinstance(node, ast.Constant))
                found |= {str(text).lstrip(".") for text in texts if not str(text).endswith(".")}
    return found


def test_every_kind_uses_settled_words_alone() -> None:
    known = USUAL | OF_THE_BUSINESS.keys()
    actions = written_actions() | KINDS.actions.keys()
    assert len(actions) > 60
    assert {action for action in actions if action.rpartition(".")[2] not in known} == set()
    assert actions.isdisjoint(SETTLED)


def test_every_verb_of_the_business_is_used() -> None:
    used = {action.rpartition(".")[2] for action in written_actions() | KINDS.actions.keys()}
    assert OF_THE_BUSINESS.keys() - used <= {"erased", "recovered"}  # of any record, so of no kind alone


def test_the_words_that_were_good_stay() -> None:
    for action in ("lead.moved", "task.done", "lead.changed", "client.changed"):
        assert all_words(action) == (action,) and action in KINDS.actions


def test_a_settled_word_is_not_settled_again() -> None:
    assert all(settled(word) == word and word in KINDS.actions for word in SETTLED.values())


def test_the_old_ledger_has_each_old_word_and_verifies(old_db: Database) -> None:
    assert SETTLED.keys() <= old_db.read(stored_actions, OWNER)
    assert old_db.read(verify_chain, OWNER).complete


def test_what_is_read_of_it_is_in_settled_words(old_db: Database) -> None:
    rows = old_db.read(list_activities, OWNER, ActivityFilter(), limit=200).rows
    shown = {row.action for row in rows}
    assert shown.isdisjoint(SETTLED) and set(SETTLED.values()) <= shown
    timeline = old_db.read(
        list_activities, OWNER, ActivityFilter(subject="client", subject_id=2), limit=200
    ).rows
    assert "file.created" in {row.action for row in timeline}


@pytest.mark.parametrize("former", SETTLED)
def test_either_word_finds_what_either_wrote(old_db: Database, api: FlaskClient, former: str) -> None:
    assert api.post("/api/lead-types", json={"name": "visit again"}).status_code == 201
    assert api.patch("/api/users/2", json={"name": "Chris again"}).status_code == 200
    assert api.patch("/api/workspace", json={"name": "Acme again"}).status_code == 200
    by_either = [
        api.get(f"/api/activities?limit=200&action={word}").get_json()["data"]
        for word in (former, settled(former))
    ]
    assert by_either[0] == by_either[1] and by_either[0]
    assert {row["action"] for row in by_either[0]} == {settled(former)}
    again = {"lead_type.added", "user.updated", "workspace.updated"}
    assert len({row["action"] for row in by_either[0]}) == 1
    assert (len(by_either[0]) > old_count(old_db, former)) == (former in again)
    assert old_db.read(verify_chain, OWNER).complete


def old_count(db: Database, former: str) -> int:
    def count(tx: Transaction) -> int:
        sql = "SELECT count(*) FROM activities WHERE workspace_id = :workspace_id AND action = :action"
        return int(tx.value(sql, action=former))

    return db.read(count, OWNER)


def test_what_is_new_is_written_in_settled_words(old_db: Database, api: FlaskClient) -> None:
    before = {former: old_count(old_db, former) for former in SETTLED}
    api.patch("/api/users/2", json={"name": "Chris again"})
    api.patch("/api/workspace", json={"name": "Acme again"})
    api.post("/api/lead-types", json={"name": "visit again"})
    assert {former: old_count(old_db, former) for former in SETTLED} == before
    assert {"user.changed", "workspace.changed", "lead_type.created"} <= old_db.read(stored_actions, OWNER)


def test_the_table_has_the_settled_words(api: FlaskClient) -> None:
    answer = api.get("/api/activities/export?action=file.added&separator=comma")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=","))
    assert rows and {row["action"] for row in rows} == {"file.created"}


def test_pages_show_it_in_the_same_sentences(api: FlaskClient) -> None:
    page = html.unescape(api.get("/activity").get_data(as_text=True))
    for sentence in (
        "changed the workspace",
        "changed the user",
        "added a lead type",
        "removed a quick reply",
    ):
        assert sentence in page
    assert "added the file" in html.unescape(api.get("/clients/2").get_data(as_text=True))
    assert not any(former in page for former in SETTLED)


def test_what_an_old_change_did_is_still_undone(old_db: Database, api: FlaskClient) -> None:
    [changed] = api.get("/api/activities?action=client.created&entity_id=2").get_json()["data"]
    assert api.post(f"/api/activities/{changed['id']}/undo").status_code == 200
    assert api.get("/api/clients/2").status_code == 404
    assert old_db.read(verify_chain, OWNER).complete


def test_it_is_exported_and_imported_with_its_words(old: Settings, tmp_path: Path) -> None:
    old_db = open_database(old)
    words = old_db.read(stored_actions, OWNER)
    old_db.close()
    export_to(old, 1, tmp_path / "now.zip")
    for name in ("export", "now"):
        fresh = settings_below(tmp_path / f"with-{name}")
        prepare(fresh)
        arrival = import_from(fresh, tmp_path / f"{name}.zip")
        db = open_database(fresh)
        there = Actor(arrival.workspace_id, None)
        assert words <= db.read(stored_actions, there)
        assert db.read(verify_chain, there).complete
        shown = db.read(list_activities, there, ActivityFilter(action="user.changed"), limit=9).rows
        assert [row.action for row in shown] == ["user.changed"]
        db.close()
