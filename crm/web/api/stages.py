"""/api/stages: the stages of pipelines."""

from flask import Blueprint, Response

from crm.leads.pipeline import Stage, get_stage
from crm.leads.stage_fields import StageChanges
from crm.leads.stages import change_stage, delete_stage, restore_stage
from crm.web.api.pipelines import EmptyingQuery
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_stages", __name__, url_prefix="/api/stages")


@blueprint.get("/<id:stage_id>")
@permit("pipelines.read")
@contract(result=Stage)
def get(stage_id: int) -> Response:
    """Get a stage"""
    return _answer(read(get_stage, stage_id))


@blueprint.patch("/<id:stage_id>")
@permit("pipelines.manage")
@contract(body=StageChanges, query=EmptyingQuery, result=Stage, refusals=(409, 412))
def patch(stage_id: int) -> Response:
    """Change some fields of a stage, its position among them, or archive it"""
    given, move_to = json_body(StageChanges), query(EmptyingQuery).move_to
    version = expected_version()
    return _answer(write(change_stage, stage_id, given, expected_version=version, move_to=move_to))


@blueprint.delete("/<id:stage_id>")
@permit("pipelines.manage")
@contract(query=EmptyingQuery, status=204, refusals=(409, 412))
def delete(stage_id: int) -> Response:
    """Delete a stage; its leads must be moved"""
    move_to = query(EmptyingQuery).move_to
    write(delete_stage, stage_id, expected_version=expected_version(), move_to=move_to)
    return answers.no_content()


@blueprint.post("/<id:stage_id>/restore")
@permit("pipelines.manage")
@contract(result=Stage, refusals=(409, 412))
def restore(stage_id: int) -> Response:
    """Restore a deleted stage, at the end of its pipeline"""
    version = expected_version()
    return answer_once(lambda tx: restore_stage(tx, stage_id, expected_version=version), _answer)


def _answer(stage: Stage) -> Response:
    return answers.data(stage, version=stage.version)
