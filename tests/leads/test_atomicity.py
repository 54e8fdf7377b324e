"""Row and activity are two writes; between them a real failure is injected, and neither may be found."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.db.database import Database
from crm.db.failures import IntegrityConflict
from crm.db.transaction import Transaction
from crm.fields import Model, parse_fields
from crm.leads.fields import LeadChanges, LeadFields, LeadMove
from crm.leads.lead import Lead
from crm.leads.lead_types import add_lead_type
from crm.leads.leads import change_lead, create_lead
from crm.leads.moves import move_lead
from crm.leads.pipelines import change_pipeline, create_pipeline, delete_pipeline, restore_pipeline
from crm.leads.stage_fields import PipelineChanges, PipelineFields, StageChanges, StageFields
from crm.leads.stages import change_stage, create_stage, delete_stage, restore_stage
from crm.leads.trash import delete_lead, restore_lead
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import add_note, change_note, delete_note, restore_note
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.tasks import change_task, create_task, delete_task, restore_task
from tests.support.cast import Cast
from tests.support.faults import contents, failing
from tests.support.leads import Stages, add_lead

Operation = Callable[[Transaction, dict[str, Any]], object]

OPERATIONS: dict[str, Operation] = {
    "create_lead": lambda tx, _: create_lead(tx, LeadFields(title="ремонт офиса", tags=["new"])),
    "change_lead": lambda tx, at: change_lead(tx, at["lead"], LeadChanges(title="кухня", tags=["b"])),
    "change_stage_of_lead": lambda tx, at: change_lead(tx, at["lead"], LeadChanges(stage_id=at["won"])),
    "move_lead": lambda tx, at: move_lead(tx, at["lead"], LeadMove(stage_id=at["won"])),
    "reorder_lead": lambda tx, at: move_lead(tx, at["lead"], LeadMove(stage_id=at["new"], position=0)),
    "delete_lead": lambda tx, at: delete_lead(tx, at["lead"]),
    "restore_lead": lambda tx, at: restore_lead(tx, at["deleted_lead"]),
    "create_stage": lambda tx, at: create_stage(tx, at["pipeline"], StageFields(name="Visit")),
    "change_stage": lambda tx, at: change_stage(tx, at["new"], StageChanges(name="Fresh", position=2)),
    "archive_stage": lambda tx, at: change_stage(
        tx, at["new"], StageChanges(archived=True), move_to=at["won"]
    ),
    "delete_stage": lambda tx, at: delete_stage(tx, at["new"], move_to=at["won"]),
    "restore_stage": lambda tx, at: restore_stage(tx, at["deleted_stage"]),
    "create_pipeline": lambda tx, _: create_pipeline(tx, PipelineFields(name="Rental")),
    "change_pipeline": lambda tx, at: change_pipeline(tx, at["spare"], PipelineChanges(is_default=True)),
    "delete_pipeline": lambda tx, at: delete_pipeline(tx, at["spare"], move_to=at["won"]),
    "restore_pipeline": lambda tx, at: restore_pipeline(tx, at["deleted_pipeline"]),
    "add_note": lambda tx, at: add_note(tx, NoteFields(subject="lead", subject_id=at["lead"], text="x")),
    "change_note": lambda tx, at: change_note(tx, at["note"], NoteChanges(text="y")),
    "delete_note": lambda tx, at: delete_note(tx, at["note"]),
    "restore_note": lambda tx, at: restore_note(tx, at["deleted_note"]),
    "create_task": lambda tx, at: create_task(
        tx, TaskFields(title="call", subject="lead", subject_id=at["lead"])
    ),
    "finish_task": lambda tx, at: change_task(tx, at["task"], TaskChanges(done=True)),
    "delete_task": lambda tx, at: delete_task(tx, at["task"]),
    "restore_task": lambda tx, at: restore_task(tx, at["deleted_task"]),
    "add_lead_type": lambda tx, _: add_lead_type(tx, "warranty"),
}


def on(lead: Lead, model: type[Model], **given: object) -> Model:
    return parse_fields(model, {"subject": "lead", "subject_id": lead.id, **given})


@pytest.fixture
def at(db: Database, cast: Cast, stages: Stages) -> dict[str, Any]:
    """The ids that the operations work on."""
    lead = add_lead(db, cast.owner, tags=["a"])
    deleted = add_lead(db, cast.owner, title="gone")
    add_lead(db, cast.owner, title="above")
    db.write(delete_lead, cast.owner, deleted.id)
    db.write(delete_stage, cast.owner, stages["Contacted"].id)
    spare = db.write(create_pipeline, cast.owner, PipelineFields(name="Spare"))
    add_lead(db, cast.owner, title="spare", pipeline_id=spare.id)
    gone = db.write(create_pipeline, cast.owner, PipelineFields(name="Gone"))
    db.write(delete_pipeline, cast.owner, gone.id)
    notes = [db.write(add_note, cast.owner, on(lead, NoteFields, text=text)) for text in ("kept", "gone")]
    db.write(delete_note, cast.owner, notes[1].id)
    due = {"due_at": "2026-12-01T09:00:00Z", "repeat": "daily"}
    tasks = [
        db.write(create_task, cast.owner, on(lead, TaskFields, title=t, **due)) for t in ("kept", "gone")
    ]
    db.write(delete_task, cast.owner, tasks[1].id)
    return {
        "note": notes[0].id,
        "deleted_note": notes[1].id,
        "task": tasks[0].id,
        "deleted_task": tasks[1].id,
        "lead": lead.id,
        "deleted_lead": deleted.id,
        "new": stages["New"].id,
        "won": stages["Won"].id,
        "deleted_stage": stages["Contacted"].id,
        "pipeline": stages["New"].pipeline_id,
        "spare": spare.id,
        "deleted_pipeline": gone.id,
    }


@pytest.mark.parametrize("table", ["activities", "activity_contents"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_row_and_activity_are_kept_together_or_not_at_all(
    db: Database, cast: Cast, at: dict[str, Any], name: str, table: str
) -> None:
    before = contents(db)
    with failing(db, table), pytest.raises(IntegrityConflict):
        db.write(OPERATIONS[name], cast.owner, at)
    assert contents(db) == before
    db.write(OPERATIONS[name], cast.owner, at)
    after = contents(db)
    assert after != before
    assert len(after["activities"]) > len(before["activities"])


@pytest.mark.parametrize("table", ["record_tags", "stage_stays"])
def test_no_part_of_a_new_lead_stands_alone(db: Database, cast: Cast, at: dict[str, Any], table: str) -> None:
    before = contents(db)
    with failing(db, table), pytest.raises(IntegrityConflict):
        db.write(OPERATIONS["create_lead"], cast.owner, at)
    assert contents(db) == before
