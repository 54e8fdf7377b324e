from typing import Any

import pytest

from crm.activity.chain import verify_chain
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.undo import undo_activity
from crm.clients.client import get_client
from crm.clients.trash import delete_client
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict, Invalid, NotFound
from crm.fields import parse_fields
from crm.leads.lead import get_lead
from crm.leads.stages import delete_stage
from crm.leads.trash import delete_lead
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import add_note, change_note, get_note
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.tasks import change_task, create_task, get_task
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.clients import add_client, patch_client
from tests.support.leads import Stages, add_lead, patch_lead, put_card


def last_of(db: Database, who: Actor, subject: str, subject_id: int) -> int:
    wanted = ActivityFilter(subject=subject, subject_id=subject_id)
    return db.read(list_activities, who, wanted, limit=1).rows[0].id


def undo(db: Database, who: Actor, subject: str, subject_id: int) -> None:
    db.write(undo_activity, who, last_of(db, who, subject, subject_id))


def test_a_change_is_undone_by_a_new_one(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, value=5, tags=["a"], expected_close="2026-12-24")
    changes = {"value": 7, "tags": ["b"], "expected_close": None, "title": "кухня"}
    patch_lead(db, cast.owner, lead.id, changes)
    undo(db, cast.colleague, "lead", lead.id)
    undone = db.read(get_lead, cast.owner, lead.id)
    assert (undone.value, undone.tags, undone.expected_close, undone.title) == (
        5,
        ["a"],
        "2026-12-24",
        lead.title,
    )
    assert undone.version == 3
    entries = ledger_of(db, cast.owner, "lead", lead.id)
    assert (entries[0]["before"], entries[0]["after"]) == (entries[1]["after"], entries[1]["before"])
    assert db.read(verify_chain, cast.owner).complete


@pytest.mark.parametrize("stage", ["Proposal", "Won", "Lost"])
def test_a_move_is_undone_with_what_followed_from_it(
    db: Database, cast: Cast, stages: Stages, stage: str
) -> None:
    lead = add_lead(db, cast.owner)
    put_card(db, cast.owner, lead.id, stages[stage])
    undo(db, cast.owner, "lead", lead.id)
    undone = db.read(get_lead, cast.owner, lead.id)
    assert (undone.stage_name, undone.status, undone.closed_at) == ("New", "new", None)
    undo(db, cast.owner, "lead", lead.id)
    assert db.read(get_lead, cast.owner, lead.id).stage_name == stage


def test_what_something_newer_has_changed_is_not_undone(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, value=5)
    patch_lead(db, cast.owner, lead.id, {"value": 7, "source": "fair"})
    change = last_of(db, cast.owner, "lead", lead.id)
    patch_lead(db, cast.colleague, lead.id, {"value": 9})
    with pytest.raises(Conflict) as refusal:
        db.write(undo_activity, cast.owner, change)
    assert refusal.value.extra == {"fields": ["value"]}
    assert db.read(get_lead, cast.owner, lead.id).value == 9


def test_a_newer_change_of_other_fields_stays(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner, value=5)
    patch_lead(db, cast.owner, lead.id, {"value": 7})
    change = last_of(db, cast.owner, "lead", lead.id)
    patch_lead(db, cast.colleague, lead.id, {"source": "fair"})
    db.write(undo_activity, cast.owner, change)
    undone = db.read(get_lead, cast.owner, lead.id)
    assert (undone.value, undone.source) == (5, "fair")


def test_what_was_made_goes_and_what_was_deleted_comes_back(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    undo(db, cast.owner, "lead", lead.id)
    with pytest.raises(NotFound):
        db.read(get_lead, cast.owner, lead.id)
    undo(db, cast.owner, "lead", lead.id)
    assert db.read(get_lead, cast.owner, lead.id).title == lead.title
    client = add_client(db, cast.owner)
    db.write(delete_client, cast.owner, client.id)
    undo(db, cast.owner, "client", client.id)
    patch_client(db, cast.owner, client.id, {"city": "Łódź"})
    undo(db, cast.owner, "client", client.id)
    assert db.read(get_client, cast.owner, client.id).city is None


def test_notes_and_tasks_are_undone_too(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    on: dict[str, Any] = {"subject": "lead", "subject_id": lead.id}
    note = db.write(add_note, cast.owner, parse_fields(NoteFields, {**on, "text": "first"}))
    db.write(change_note, cast.owner, note.id, NoteChanges(text="second"))
    undo(db, cast.owner, "lead", lead.id)
    assert db.read(get_note, cast.owner, note.id).text == "first"
    task = db.write(create_task, cast.owner, parse_fields(TaskFields, {**on, "title": "call"}))
    db.write(change_task, cast.owner, task.id, TaskChanges(done=True))
    undo(db, cast.owner, "lead", lead.id)
    assert db.read(get_task, cast.owner, task.id).done_at is None


def test_what_cannot_be_undone_says_so(db: Database, cast: Cast, stages: Stages) -> None:
    lead = add_lead(db, cast.owner)
    put_card(db, cast.owner, lead.id, stages["Proposal"])
    moved = last_of(db, cast.owner, "lead", lead.id)
    with pytest.raises(Conflict):
        undo(db, cast.owner, "pipeline", stages["New"].pipeline_id)
    with pytest.raises(NotFound):
        db.write(undo_activity, cast.outsider, moved)
    db.write(delete_stage, cast.owner, stages["New"].id)
    with pytest.raises(Invalid):
        db.write(undo_activity, cast.owner, moved)
    db.write(delete_lead, cast.owner, lead.id)
    with pytest.raises(NotFound):
        db.write(undo_activity, cast.owner, moved)
