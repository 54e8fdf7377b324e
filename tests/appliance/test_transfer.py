"""A workspace exported and imported is the same, or says in its ledger in what it is not."""

from contextlib import closing
from pathlib import Path

import pytest

from crm.accounts.passwords import hash_password
from crm.accounts.saved_view import list_views
from crm.accounts.saved_views import create_view
from crm.accounts.view_fields import ViewFields
from crm.activity.chain import verify_chain
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.transfer import LEFT_OUT, export_to, import_from
from crm.clients.client import find_client
from crm.clients.clients import create_client
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.db.transfer.archive import TransferFailed
from crm.kinds import open_database
from crm.work.note_fields import NoteFields
from crm.work.notes import add_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task
from tests.support.cast import Cast, gather_cast
from tests.support.people import PASSWORD_HASH, enter
from tests.support.transfers import elsewhere, members_of, some_client


def test_the_round_trip_through_a_fresh_appliance_loses_and_changes_nothing(
    settings: Settings, filled: Cast, tmp_path: Path
) -> None:
    workspace = int(filled.owner.workspace_id or 0)
    export_to(settings, workspace, tmp_path / "one.zip")
    fresh = elsewhere(settings, tmp_path / "fresh")
    arrival = import_from(fresh, tmp_path / "one.zip")
    assert not arrival.moved and arrival.workspace_id == workspace
    export_to(fresh, workspace, tmp_path / "two.zip")
    assert members_of(tmp_path / "one.zip") == members_of(tmp_path / "two.zip")
    tables = {
        name.removeprefix("tables/").removesuffix(".jsonl") for name in members_of(tmp_path / "one.zip")
    }
    assert {"workspaces", "users", "clients", "activities", "activity_contents"} <= tables
    assert not tables & LEFT_OUT


def test_only_its_own_workspace_is_in_an_export(settings: Settings, filled: Cast, tmp_path: Path) -> None:
    export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
    assert b"Theirs" not in b"".join(members_of(tmp_path / "one.zip").values())


def test_an_imported_workspace_is_found_by_its_search(
    settings: Settings, filled: Cast, tmp_path: Path
) -> None:
    export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
    fresh = elsewhere(settings, tmp_path / "fresh")
    import_from(fresh, tmp_path / "one.zip")
    db = open_database(fresh)
    found = db.read(list_clients, filled.owner, ClientFilter(q="muller"), sort=None, limit=25, cursor=None)
    assert "Müller & Söhne" in [client.name for client in found.rows]
    db.close()


def test_where_ids_are_taken_they_move_and_the_ledger_is_chained_anew_and_says_so(
    settings: Settings, filled: Cast, tmp_path: Path
) -> None:
    contents = export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
    busy = elsewhere(settings, tmp_path / "busy")
    other = open_database(busy)
    there = gather_cast(other)
    other.write(_rename_users, SYSTEM)
    other.write(create_client, there.owner, some_client(name="Was here"))
    arrival = import_from(busy, tmp_path / "one.zip")
    assert arrival.moved and arrival.workspace_id == 3
    ours = Actor(arrival.workspace_id, None)
    report = other.read(verify_chain, ours)
    assert report.broken_at is None and report.entries == contents.facts["entries"] + 1
    ledger = other.read(list_activities, ours, ActivityFilter(), limit=100).rows
    assert ledger[0].action == "workspace.imported"
    assert ledger[0].after is not None and ledger[0].after["head"] == contents.facts["head"]
    made = [entry for entry in ledger if entry.action == "client.created"]
    assert len(made) == 6
    for entry in made:
        client = other.read(find_client, ours, entry.entity_id)
        assert client is not None and entry.after is not None and client.name == entry.after["name"]
    people = [other.read(find_client, ours, entry.entity_id) for entry in made[:-1]]
    assert {person.company_id for person in people if person} == {made[-1].entity_id}
    assert other.read(verify_chain, there.owner).broken_at is None
    found = other.read(list_clients, there.owner, ClientFilter(), sort=None, limit=25, cursor=None)
    assert [client.name for client in found.rows] == ["Was here"]
    other.close()


def test_where_ids_move_notes_tasks_and_saved_views_go_along(
    settings: Settings, filled: Cast, db: Database, tmp_path: Path
) -> None:
    client_id = db.read(list_clients, filled.owner, ClientFilter(), limit=1).rows[0].id
    about = {"subject": "client", "subject_id": client_id}
    db.write(add_note, filled.owner, NoteFields.model_validate({"text": "Called", **about}))
    db.write(create_task, filled.owner, TaskFields.model_validate({"title": "Call", **about}))
    query = f"company_id={client_id}&owner_id={filled.owner.user_id}&sort=name"
    db.write(create_view, filled.owner, ViewFields(list="clients", name="Theirs", query=query, shared=True))
    nobody = ViewFields(list="leads", name="Nobody's", query="owner_id=0", shared=True)
    db.write(create_view, filled.owner, nobody)
    name = db.read(find_client, filled.owner, client_id)
    export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
    busy = elsewhere(settings, tmp_path / "busy")
    other = open_database(busy)
    there = gather_cast(other)
    other.write(_rename_users, SYSTEM)
    for number in range(3):
        other.write(create_client, there.owner, some_client(name=f"Was here {number}"))
    ours = Actor(import_from(busy, tmp_path / "one.zip").workspace_id, None)
    moved = client_id + 3
    found = other.read(find_client, ours, moved)
    assert found is not None and name is not None and found.name == name.name
    sql = """
        SELECT subject_id FROM notes WHERE workspace_id = :workspace_id
         UNION ALL
        SELECT subject_id FROM tasks WHERE workspace_id = :workspace_id
    """
    assert other.read(lambda tx: tx.all(sql), ours) == [{"subject_id": moved}] * 2
    owner = int(filled.owner.user_id or 0) + 3
    views = {view.name: view.query for view in other.read(list_views, ours)}
    assert views["Theirs"] == f"company_id={moved}&owner_id={owner}&sort=name"
    assert views["Nobody's"] == "owner_id=0"
    other.close()


def _rename_users(tx: Transaction) -> None:
    tx.run("UPDATE users SET email = 'other-' || email")


def test_what_is_taken_here_refuses_the_whole_import(
    settings: Settings, filled: Cast, db: Database, tmp_path: Path
) -> None:
    export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
    with pytest.raises(TransferFailed, match="already on this server"):
        import_from(settings, tmp_path / "one.zip")
    assert len(db.read(lambda tx: tx.all("SELECT id FROM workspaces"), SYSTEM)) == 2


def test_whose_people_are_here_too_comes_in_and_opens_its_own_workspace_alone(
    settings: Settings, filled: Cast, db: Database, tmp_path: Path
) -> None:
    busy = elsewhere(settings, tmp_path / "busy")
    with closing(open_database(busy)) as other:
        there = gather_cast(other)
        other.write(_give_password, there.owner, hash_password("another harbour at dusk"))
        db.write(_give_password, filled.owner, PASSWORD_HASH)
        export_to(settings, int(filled.owner.workspace_id or 0), tmp_path / "one.zip")
        arrival = import_from(busy, tmp_path / "one.zip")
        assert enter(other, "owner@example.org").actor.workspace_id == arrival.workspace_id
        theirs = enter(other, "owner@example.org", "another harbour at dusk").actor
        assert (theirs.workspace_id, theirs.user_id) == (there.owner.workspace_id, there.owner.user_id)


def _give_password(tx: Transaction, password_hash: str) -> None:
    tx.run(
        "UPDATE users SET password_hash = :hash WHERE workspace_id = :workspace_id AND id = :actor_id",
        hash=password_hash,
    )
