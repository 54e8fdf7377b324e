"""/api/operations: bulk changes and their undo."""

from flask import Blueprint, Response

from crm.appliance.operations import UndoneOperation, undo_operation
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.responses import answers

blueprint = Blueprint("api_operations", __name__, url_prefix="/api/operations")


@blueprint.post("/<id:operation_id>/undo")
@permit("activities.undo")
@contract(result=UndoneOperation, refusals=(409,))
def undo(operation_id: int) -> Response:
    """Undo all changes of an operation, except of records that have changed again"""
    return answer_once(lambda tx: undo_operation(tx, operation_id), answers.data)
