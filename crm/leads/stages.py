"""Creating, changing and removing stages."""

from typing import Any

from crm.activity import activity
from crm.activity.operations import begin_operation
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict, Invalid, Sentence
from crm.fields import name_key
from crm.leads.emptying import count_leads, empty_stages
from crm.leads.ids import PipelineId, StageId
from crm.leads.pipeline import STAGE_RECORD, Stage, find_stage, get_pipeline, get_stage
from crm.leads.stage_fields import StageChanges, StageFields
from crm.records.free_names import refuse_name_taken
from crm.records.ranks import rank_between
from crm.records.skeleton import facts_of, in_trash, refuse_stale
from crm.records.tombstones import bury, unbury

NO_STAGE = StageId(0)
CERTAIN = {"won": 100, "lost": 0}


def create_stage(tx: Transaction, pipeline_id: int, fields: StageFields) -> Stage:
    """Raises NotFound, Invalid, and Conflict when the pipeline has a stage of that name."""
    get_pipeline(tx, pipeline_id)
    _refuse_name_taken(tx, pipeline_id, fields.name)
    rank = _rank_for(tx, PipelineId(pipeline_id), NO_STAGE, fields.position)
    stage_id = insert_stage(tx, pipeline_id, stage_values(fields), rank)
    stage = get_stage(tx, stage_id)
    facts, subject = facts_of(STAGE_RECORD, stage), ("pipeline", pipeline_id)
    activity.record(tx, "stage.created", "stage", stage_id, after=facts, subject=subject)
    return stage


def change_stage(
    tx: Transaction,
    stage_id: int,
    changes: StageChanges,
    *,
    expected_version: int | None = None,
    move_to: int | None = None,
) -> Stage:
    """To archive a stage with leads, `move_to` names the one that takes them.

    Raises NotFound, Stale, Invalid, and Conflict: with the count of `leads` when there are some and it is
    None, or the kind is to change; for a name that is taken, and for the last open stage.
    """
    old = get_stage(tx, stage_id)
    refuse_stale(STAGE_RECORD, old, expected_version)
    values = _columns_to_write(tx, old, changes)
    if values.get("archived_at") is not None:
        _refuse_last_open(tx, old)
        empty_stages(tx, [old], move_to)
    if not values:
        return old
    _update(tx, old, values)
    new = get_stage(tx, stage_id)
    before, after = activity.changes(facts_of(STAGE_RECORD, old), facts_of(STAGE_RECORD, new))
    subject = ("pipeline", old.pipeline_id)
    activity.record(tx, "stage.changed", "stage", stage_id, before=before, after=after, subject=subject)
    return new


def delete_stage(
    tx: Transaction, stage_id: int, *, expected_version: int | None = None, move_to: int | None = None
) -> None:
    """Raises NotFound, Stale, Conflict with the count of `leads` when it has some and `move_to` is None."""
    stage = get_stage(tx, stage_id)
    refuse_stale(STAGE_RECORD, stage, expected_version)
    _refuse_last_open(tx, stage)
    if move_to is not None:
        tx = begin_operation(tx)
    empty_stages(tx, [stage], move_to)
    bury(tx, STAGE_RECORD, stage, subject=("pipeline", stage.pipeline_id))


def restore_stage(tx: Transaction, stage_id: int, *, expected_version: int | None = None) -> Stage:
    """Back to the end of its pipeline. Raises NotFound, Stale, and Conflict when its name is taken by now."""
    old = in_trash(STAGE_RECORD, find_stage(tx, stage_id))
    refuse_stale(STAGE_RECORD, old, expected_version)
    get_pipeline(tx, old.pipeline_id)
    _refuse_name_taken(tx, old.pipeline_id, old.name)
    _update(tx, old, {"rank": _rank_for(tx, old.pipeline_id, old.id, None)})
    unbury(tx, STAGE_RECORD, old, subject=("pipeline", old.pipeline_id))
    return get_stage(tx, stage_id)


def stage_values(fields: StageFields) -> dict[str, Any]:
    """The columns of a new stage. Raises Invalid for a probability that its kind forbids."""
    values = fields.model_dump(exclude={"position"})
    return {**values, "probability": _probability(fields.kind, fields.probability)}


def insert_stage(tx: Transaction, pipeline_id: int, values: dict[str, Any], rank: str) -> int:
    return tx.insert(
        """
        INSERT INTO stages (workspace_id, pipeline_id, rank, name, name_key, colour, kind, probability,
                            stale_days, created_at, updated_at)
        VALUES (:workspace_id, :pipeline_id, :rank, :name, :name_key, :colour, :kind, :probability,
                :stale_days, :now, :now)
        RETURNING id
        """,
        pipeline_id=pipeline_id,
        rank=rank,
        name_key=name_key(values["name"]),
        **values,
    )


def _columns_to_write(tx: Transaction, old: Stage, changes: StageChanges) -> dict[str, Any]:
    """The columns to write."""
    given = changes.model_dump(exclude_unset=True)
    values = {
        name: value for name, value in given.items() if name == "archived" or getattr(old, name) != value
    }
    if "name" in values:
        _refuse_name_taken(tx, old.pipeline_id, values["name"], besides=old.id)
        values["name_key"] = name_key(values["name"])
    if "kind" in values:
        _refuse_kind_in_use(tx, old)
    if "kind" in values or "probability" in values:
        values["probability"] = _probability(values.get("kind", old.kind), given.get("probability"))
    if "position" in values:
        values["rank"] = _rank_for(tx, old.pipeline_id, old.id, values.pop("position"))
    archived = values.pop("archived", None)
    if archived is not None and archived != (old.archived_at is not None):
        values["archived_at"] = tx.now if archived else None
    return values


def _probability(kind: str, given: int | None) -> int:
    if kind == "open":
        return 50 if given is None else given
    if given not in (None, CERTAIN[kind]):
        refusal = Sentence("must be {n} in a {kind} stage", n=CERTAIN[kind], kind=kind)
        raise Invalid.field("probability", refusal)
    return CERTAIN[kind]


def _refuse_name_taken(tx: Transaction, pipeline_id: int, name: str, besides: int = 0) -> None:
    refuse_name_taken(tx, STAGE_RECORD, name, besides=besides, within={"pipeline_id": pipeline_id})


def _refuse_last_open(tx: Transaction, stage: Stage) -> None:
    open_ones = [
        s.id for s in get_pipeline(tx, stage.pipeline_id).stages if s.takes_leads and s.kind == "open"
    ]
    if open_ones == [stage.id]:
        raise Conflict("This is the last open stage. A pipeline needs one, where new leads start.")


def _refuse_kind_in_use(tx: Transaction, stage: Stage) -> None:
    """Another kind would change whether its leads, including deleted ones, were won or lost."""
    leads = count_leads(tx, stage.id, trash=True)
    if leads:
        raise Conflict(
            "The kind of a stage with leads cannot be changed. Move its leads first.", {"leads": leads}
        )
    _refuse_last_open(tx, stage)


def _rank_for(tx: Transaction, pipeline_id: PipelineId, stage_id: StageId, position: int | None) -> str:
    """The rank of the place with that number among the other stages; None is the end."""
    rows: list[Row] = tx.all(
        """
        SELECT rank
          FROM stages
         WHERE workspace_id = :workspace_id
           AND pipeline_id = :pipeline_id
           AND deleted_at IS NULL
           AND id <> :stage_id
         ORDER BY rank
        """,
        pipeline_id=pipeline_id,
        stage_id=stage_id,
    )
    ranks = [str(row["rank"]) for row in rows]
    place = len(ranks) if position is None else min(position, len(ranks))
    return rank_between(ranks[place - 1] if place else None, ranks[place] if place < len(ranks) else None)


def _update(tx: Transaction, old: Stage, values: dict[str, Any]) -> None:
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    tx.run(
        f"""
        UPDATE stages
           SET {assignments}, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :stage_id
        """,
        stage_id=old.id,
        **values,
    )
