"""Creating, changing and removing pipelines."""

from typing import Any

from crm.activity import activity
from crm.activity.operations import begin_operation
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid
from crm.fields import name_key
from crm.leads.emptying import empty_stages
from crm.leads.pipeline import (
    PIPELINE_RECORD,
    STAGE_RECORD,
    Pipeline,
    find_pipeline,
    get_default_pipeline,
    get_pipeline,
    get_stage,
)
from crm.leads.stage_fields import PipelineChanges, PipelineFields, StageFields
from crm.leads.stages import insert_stage, stage_values
from crm.records.free_names import refuse_name_taken
from crm.records.ranks import ranks_after
from crm.records.skeleton import facts_of, in_trash, refuse_stale
from crm.records.tombstones import bury, unbury

USUAL_STAGES = (
    StageFields(name="New", colour="#7c8a86", probability=10, stale_days=7),
    StageFields(name="Contacted", colour="#3b82c4", probability=25, stale_days=14),
    StageFields(name="Proposal", colour="#8b6fc9", probability=50, stale_days=14),
    StageFields(name="Negotiation", colour="#c98a1b", probability=75, stale_days=14),
    StageFields(name="Won", colour="#2f9e5b", kind="won", probability=100),
    StageFields(name="Lost", colour="#cf4b3f", kind="lost", probability=0),
)


def create_pipeline(tx: Transaction, fields: PipelineFields, *, is_default: bool = False) -> Pipeline:
    """With its stages. Raises Invalid, and Conflict when the workspace has a pipeline of that name."""
    refuse_name_taken(tx, PIPELINE_RECORD, fields.name)
    stages = fields.stages or USUAL_STAGES
    _check_stages(stages)
    pipeline_id = _insert(tx, fields.name, is_default=is_default)
    for stage, rank in zip(stages, ranks_after(None, len(stages)), strict=True):
        insert_stage(tx, pipeline_id, stage_values(stage), rank)
    pipeline = get_pipeline(tx, pipeline_id)
    _record_new(begin_operation(tx), pipeline)
    return pipeline


def _record_new(tx: Transaction, pipeline: Pipeline) -> None:
    """Each of its stages is a record of its own."""
    for stage in pipeline.stages:
        facts, subject = facts_of(STAGE_RECORD, stage), ("pipeline", pipeline.id)
        activity.record(tx, "stage.created", "stage", stage.id, after=facts, subject=subject)
    after = {
        "name": pipeline.name,
        "is_default": pipeline.is_default,
        "stages": [stage.name for stage in pipeline.stages],
    }
    activity.record(tx, "pipeline.created", "pipeline", pipeline.id, after=after)


def change_pipeline(
    tx: Transaction,
    pipeline_id: int,
    changes: PipelineChanges,
    *,
    expected_version: int | None = None,
    move_to: int | None = None,
) -> Pipeline:
    """To archive a pipeline with leads, `move_to` names the stage that takes them.

    Raises NotFound, Stale, Invalid, and Conflict: with the count of `leads` when there are some and it is
    None, for a name that is taken, and for the default pipeline, which only another one can follow.
    """
    old = get_pipeline(tx, pipeline_id)
    refuse_stale(PIPELINE_RECORD, old, expected_version)
    values = _columns_to_write(tx, old, changes)
    if values.get("archived_at") is not None:
        empty_stages(tx, old.stages, move_to)
        old = _hand_on(tx, old, move_to)
    if not values:
        return old
    if values.get("is_default"):
        _step_down(tx)
    _update(tx, pipeline_id, {**facts_of(PIPELINE_RECORD, old), **values})
    new = get_pipeline(tx, pipeline_id)
    before, after = activity.changes(facts_of(PIPELINE_RECORD, old), facts_of(PIPELINE_RECORD, new))
    activity.record(tx, "pipeline.changed", "pipeline", pipeline_id, before=before, after=after)
    return new


def delete_pipeline(
    tx: Transaction, pipeline_id: int, *, expected_version: int | None = None, move_to: int | None = None
) -> None:
    """Raises NotFound, Stale, Conflict with the count of `leads` when it has some and `move_to` is None."""
    pipeline = get_pipeline(tx, pipeline_id)
    refuse_stale(PIPELINE_RECORD, pipeline, expected_version)
    if move_to is not None:
        tx = begin_operation(tx)
    empty_stages(tx, pipeline.stages, move_to)
    _hand_on(tx, pipeline, move_to)
    bury(tx, PIPELINE_RECORD, pipeline)


def restore_pipeline(tx: Transaction, pipeline_id: int, *, expected_version: int | None = None) -> Pipeline:
    """Raises NotFound unless it is deleted, Stale, and Conflict when its name is taken by now."""
    old = in_trash(PIPELINE_RECORD, find_pipeline(tx, pipeline_id))
    refuse_stale(PIPELINE_RECORD, old, expected_version)
    refuse_name_taken(tx, PIPELINE_RECORD, old.name)
    unbury(tx, PIPELINE_RECORD, old)
    return get_pipeline(tx, pipeline_id)


def _columns_to_write(tx: Transaction, old: Pipeline, changes: PipelineChanges) -> dict[str, Any]:
    """The columns to write."""
    values = changes.model_dump(exclude_unset=True)
    archived = values.pop("archived", None)
    if archived is not None and archived != (old.archived_at is not None):
        values["archived_at"] = tx.now if archived else None
    values = {name: value for name, value in values.items() if getattr(old, name) != value}
    if "name" in values:
        refuse_name_taken(tx, PIPELINE_RECORD, values["name"], besides=old.id)
    if values.get("is_default") and (old.archived_at or values.get("archived_at")):
        raise Invalid.field("is_default", "cannot be an archived pipeline")
    return values


def _check_stages(stages: tuple[StageFields, ...] | list[StageFields]) -> None:
    names = [name_key(stage.name) for stage in stages]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise Invalid.field(f"stages.{place}.name", "is the name of another stage")
    if all(stage.kind != "open" for stage in stages):
        raise Invalid.field("stages", "need at least one open stage, where new leads start")


def _hand_on(tx: Transaction, pipeline: Pipeline, move_to: int | None) -> Pipeline:
    """A removed default pipeline hands its role to the one that gets its leads; returns its new state."""
    if not pipeline.is_default:
        return pipeline
    if move_to is None:
        raise Conflict("This is the default pipeline. Make another one the default first.")
    change_pipeline(tx, get_stage(tx, move_to).pipeline_id, PipelineChanges(is_default=True))
    return get_pipeline(tx, pipeline.id)


def _step_down(tx: Transaction) -> None:
    """Take the default away from the present one, with a ledger entry of its own."""
    former = get_default_pipeline(tx)
    _update(tx, former.id, {**facts_of(PIPELINE_RECORD, former), "is_default": False})
    before, after = {"is_default": True}, {"is_default": False}
    activity.record(tx, "pipeline.changed", "pipeline", former.id, before=before, after=after)


def _insert(tx: Transaction, name: str, *, is_default: bool) -> int:
    return tx.insert(
        """
        INSERT INTO pipelines (workspace_id, name, name_key, is_default, created_at, updated_at)
        VALUES (:workspace_id, :name, :name_key, :is_default, :now, :now)
        RETURNING id
        """,
        name=name,
        name_key=name_key(name),
        is_default=is_default,
    )


def _update(tx: Transaction, pipeline_id: int, facts: dict[str, Any]) -> None:
    tx.run(
        """
        UPDATE pipelines
           SET name = :name, name_key = :name_key, is_default = :is_default, archived_at = :archived_at,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :pipeline_id
        """,
        pipeline_id=pipeline_id,
        name_key=name_key(facts["name"]),
        **facts,
    )
