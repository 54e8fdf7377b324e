"""/api/pipelines: pipelines, their stages, and the board."""

from flask import Blueprint, Response, url_for
from pydantic import BaseModel, ConfigDict, Field

from crm.db.keyset import DEFAULT_LIMIT, MAX_LIMIT, Page
from crm.errors import Invalid
from crm.fields import MAX_ID
from crm.leads.board import Board, show_board, show_column
from crm.leads.filters import BoardFilter
from crm.leads.ids import PipelineId, StageId
from crm.leads.pipeline import (
    Pipeline,
    Stage,
    deleted_pipelines,
    deleted_stages,
    get_pipeline,
    list_pipelines,
)
from crm.leads.pipelines import change_pipeline, create_pipeline, delete_pipeline, restore_pipeline
from crm.leads.stage_fields import PipelineChanges, PipelineFields, StageFields
from crm.leads.stages import create_stage
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import DeletedQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_pipelines", __name__, url_prefix="/api/pipelines")


class EmptyingQuery(BaseModel):
    """`move_to` is the stage that gets the leads of the removed one."""

    model_config = ConfigDict(extra="forbid")

    move_to: int | None = Field(None, ge=1, le=MAX_ID)


class PipelineBoardQuery(BoardFilter):
    """`stage_id` selects one column, `cursor` its next cards."""

    stage_id: int | None = Field(None, ge=1, le=MAX_ID)
    limit: int = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many cards of each stage")
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("pipelines.read")
@contract(query=DeletedQuery, result=Pipeline, many=True)
def list_all() -> Response:
    """List pipelines with their stages"""
    wanted = deleted_pipelines if query(DeletedQuery).deleted else list_pipelines
    return answers.page(Page(read(wanted), None))


@blueprint.post("")
@permit("pipelines.manage")
@contract(body=PipelineFields, result=Pipeline, status=201, refusals=(409,))
def create() -> Response:
    """Create a pipeline, with the usual stages or its own"""
    given = json_body(PipelineFields)
    return answer_once(lambda tx: create_pipeline(tx, given), _created)


@blueprint.get("/<id:pipeline_id>")
@permit("pipelines.read")
@contract(result=Pipeline)
def get(pipeline_id: int) -> Response:
    """Get a pipeline with its stages"""
    return _answer(read(get_pipeline, pipeline_id))


@blueprint.patch("/<id:pipeline_id>")
@permit("pipelines.manage")
@contract(body=PipelineChanges, query=EmptyingQuery, result=Pipeline, refusals=(409, 412))
def patch(pipeline_id: int) -> Response:
    """Rename a pipeline, make it the default, or archive it"""
    given, move_to = json_body(PipelineChanges), query(EmptyingQuery).move_to
    version = expected_version()
    return _answer(write(change_pipeline, pipeline_id, given, expected_version=version, move_to=move_to))


@blueprint.delete("/<id:pipeline_id>")
@permit("pipelines.manage")
@contract(query=EmptyingQuery, status=204, refusals=(409, 412))
def delete(pipeline_id: int) -> Response:
    """Delete a pipeline; its leads must be moved"""
    move_to = query(EmptyingQuery).move_to
    write(delete_pipeline, pipeline_id, expected_version=expected_version(), move_to=move_to)
    return answers.no_content()


@blueprint.post("/<id:pipeline_id>/restore")
@permit("pipelines.manage")
@contract(result=Pipeline, refusals=(409, 412))
def restore(pipeline_id: int) -> Response:
    """Restore a deleted pipeline"""
    version = expected_version()
    return answer_once(lambda tx: restore_pipeline(tx, pipeline_id, expected_version=version), _answer)


@blueprint.get("/<id:pipeline_id>/stages")
@permit("pipelines.read")
@contract(query=DeletedQuery, result=Stage, many=True)
def stages(pipeline_id: int) -> Response:
    """List the stages of a pipeline in their order"""
    found = read(get_pipeline, pipeline_id).stages
    if query(DeletedQuery).deleted:
        found = read(deleted_stages, pipeline_id)
    return answers.page(Page(found, None))


@blueprint.post("/<id:pipeline_id>/stages")
@permit("pipelines.manage")
@contract(body=StageFields, result=Stage, status=201, refusals=(409,))
def add_stage(pipeline_id: int) -> Response:
    """Add a stage to a pipeline"""
    given = json_body(StageFields)
    return answer_once(lambda tx: create_stage(tx, pipeline_id, given), _stage_created)


@blueprint.get("/<id:pipeline_id>/board")
@permit("leads.read")
@contract(query=PipelineBoardQuery, result=Board)
def board(pipeline_id: int) -> Response:
    """Show the board: for each stage its count, its sums and the first cards, under one filter"""
    wanted = query(PipelineBoardQuery)
    if wanted.stage_id is None:
        if wanted.cursor is not None:
            raise Invalid.field("cursor", "requires stage_id")
        return answers.data(read(show_board, pipeline_id, wanted, limit=wanted.limit))
    found = read(
        show_column,
        PipelineId(pipeline_id),
        StageId(wanted.stage_id),
        wanted,
        limit=wanted.limit,
        cursor=wanted.cursor,
    )
    return answers.data(found)


def _created(pipeline: Pipeline) -> Response:
    location = url_for("api_pipelines.get", pipeline_id=pipeline.id)
    return answers.created(pipeline, location, version=pipeline.version)


def _stage_created(stage: Stage) -> Response:
    location = url_for("api_stages.get", stage_id=stage.id)
    return answers.created(stage, location, version=stage.version)


def _answer(pipeline: Pipeline) -> Response:
    return answers.data(pipeline, version=pipeline.version)
