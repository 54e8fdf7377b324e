"""Pipelines and stages as they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm.db.transaction import Row, Transaction
from crm.errors import Invalid, NotFound, Sentence
from crm.leads.ids import PipelineId, StageId
from crm.records.skeleton import Skeleton, live

PIPELINE_RECORD = Skeleton(
    "pipeline", "pipelines", Sentence("pipeline"), facts=("name", "is_default", "archived_at")
)
STAGE_RECORD = Skeleton(
    "stage",
    "stages",
    Sentence("stage"),
    facts=("name", "colour", "kind", "probability", "stale_days", "position", "archived_at"),
)


@dataclass(frozen=True)
class Stage:
    """`probability` is in per cent. A card is stale after `stale_days` without a touch."""

    id: StageId
    pipeline_id: PipelineId
    name: str
    colour: str
    kind: str
    probability: int
    stale_days: int | None
    position: int
    version: int
    created_at: str
    updated_at: str
    archived_at: str | None
    deleted_at: str | None

    @property
    def takes_leads(self) -> bool:
        return self.archived_at is None and self.deleted_at is None


@dataclass(frozen=True)
class Pipeline:
    """`stages` are the live ones in their order, archived ones too."""

    id: PipelineId
    name: str
    is_default: bool
    stages: list[Stage]
    version: int
    created_at: str
    updated_at: str
    archived_at: str | None
    deleted_at: str | None


_STAGES = """
SELECT s.id, s.pipeline_id, s.name, s.colour, s.kind, s.probability, s.stale_days,
       (SELECT count(*)
          FROM stages earlier
         WHERE earlier.workspace_id = s.workspace_id
           AND earlier.pipeline_id = s.pipeline_id
           AND earlier.deleted_at IS NULL
           AND earlier.rank < s.rank) AS position,
       s.version, s.created_at, s.updated_at, s.archived_at, s.deleted_at
  FROM stages s
 WHERE s.workspace_id = :workspace_id
"""
_PIPELINES = """
SELECT p.id, p.name, p.is_default, p.version, p.created_at, p.updated_at, p.archived_at, p.deleted_at
  FROM pipelines p
 WHERE p.workspace_id = :workspace_id
"""


def list_pipelines(tx: Transaction) -> list[Pipeline]:
    """All live pipelines with their stages, the default first, archived ones last."""
    rows = tx.all(
        f"{_PIPELINES} AND p.deleted_at IS NULL ORDER BY p.archived_at IS NOT NULL, p.is_default DESC, p.id"
    )
    stages = tx.all(f"{_STAGES} AND s.deleted_at IS NULL ORDER BY s.pipeline_id, s.rank")
    return [_pipeline_of(row, [each for each in stages if each["pipeline_id"] == row["id"]]) for row in rows]


def open_pipelines(tx: Transaction) -> list[Pipeline]:
    """Those that are not archived, the default first."""
    return [pipeline for pipeline in list_pipelines(tx) if pipeline.archived_at is None]


def deleted_pipelines(tx: Transaction) -> list[Pipeline]:
    """Those that can be restored, the last deleted first."""
    rows = tx.all(f"{_PIPELINES} AND p.deleted_at IS NOT NULL ORDER BY p.deleted_at DESC, p.id")
    return [_pipeline_of(row, _stage_rows(tx, row["id"])) for row in rows]


def deleted_stages(tx: Transaction, pipeline_id: int) -> list[Stage]:
    """Of that pipeline, the last deleted first."""
    rows = tx.all(
        f"""{_STAGES} AND s.pipeline_id = :pipeline_id AND s.deleted_at IS NOT NULL
            ORDER BY s.deleted_at DESC, s.id""",
        pipeline_id=pipeline_id,
    )
    return [Stage(**row) for row in rows]


def find_pipeline(tx: Transaction, pipeline_id: int) -> Pipeline | None:
    """The pipeline, live or deleted."""
    row = tx.one(f"{_PIPELINES} AND p.id = :pipeline_id", pipeline_id=pipeline_id)
    return None if row is None else _pipeline_of(row, _stage_rows(tx, pipeline_id))


def get_pipeline(tx: Transaction, pipeline_id: int) -> Pipeline:
    """Raises NotFound for a deleted one."""
    return live(PIPELINE_RECORD, find_pipeline(tx, pipeline_id))


def get_default_pipeline(tx: Transaction) -> Pipeline:
    """Raises NotFound if the workspace has none."""
    row = tx.one(f"{_PIPELINES} AND p.is_default = 1")
    if row is None:
        raise NotFound("The workspace has no pipeline.")
    return _pipeline_of(row, _stage_rows(tx, row["id"]))


def find_stage(tx: Transaction, stage_id: int) -> Stage | None:
    """The stage, live, archived or deleted."""
    row = tx.one(f"{_STAGES} AND s.id = :stage_id", stage_id=stage_id)
    return None if row is None else Stage(**row)


def get_stage(tx: Transaction, stage_id: int) -> Stage:
    """Raises NotFound for a deleted one."""
    return live(STAGE_RECORD, find_stage(tx, stage_id))


def target_stage(tx: Transaction, stage_id: int, field: str = "stage_id") -> Stage:
    """A stage for leads. Raises Invalid, naming the field, for one that cannot."""
    stage = find_stage(tx, stage_id)
    if stage is None or stage.deleted_at is not None:
        raise Invalid.field(field, Sentence("is not a stage of this workspace"))
    if not stage.takes_leads or not _takes_leads(tx, stage.pipeline_id):
        raise Invalid.field(field, Sentence("is archived, or its pipeline is"))
    return stage


def first_stage(pipeline: Pipeline) -> Stage:
    """Where a lead begins: the first open stage."""
    return next(stage for stage in pipeline.stages if stage.takes_leads and stage.kind == "open")


def first_default_stage(tx: Transaction) -> Stage:
    """That of the default pipeline, in one statement. Raises NotFound if the workspace has none."""
    row = tx.one(
        f"""
        {_STAGES}
           AND s.pipeline_id IN (SELECT id
                                   FROM pipelines
                                  WHERE workspace_id = :workspace_id
                                    AND is_default = 1)
           AND s.kind = 'open'
           AND s.archived_at IS NULL
           AND s.deleted_at IS NULL
         ORDER BY s.rank
         LIMIT 1
        """
    )
    if row is None:
        raise NotFound("The workspace has no pipeline.")
    return Stage(**row)


def _takes_leads(tx: Transaction, pipeline_id: int) -> bool:
    return bool(
        tx.value(
            """
            SELECT archived_at IS NULL AND deleted_at IS NULL
              FROM pipelines
             WHERE workspace_id = :workspace_id
               AND id = :pipeline_id
            """,
            pipeline_id=pipeline_id,
        )
    )


def _stage_rows(tx: Transaction, pipeline_id: int) -> list[Row]:
    return tx.all(
        f"{_STAGES} AND s.pipeline_id = :pipeline_id AND s.deleted_at IS NULL ORDER BY s.rank",
        pipeline_id=pipeline_id,
    )


def _pipeline_of(row: Row, stages: Sequence[dict[str, Any]]) -> Pipeline:
    known = {**row, "is_default": bool(row["is_default"])}
    return Pipeline(**known, stages=[Stage(**stage) for stage in stages])
