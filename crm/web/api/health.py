"""/api/health: for monitoring."""

from http import HTTPStatus

import orjson
from flask import Blueprint, Response, current_app

from crm.db.health import Health, check_health
from crm.web.auth import public
from crm.web.openapi.contract import contract
from crm.web.responses.answers import JSON
from crm.web.sessions.identity import database

blueprint = Blueprint("api_health", __name__, url_prefix="/api/health")


@blueprint.get("")
@public
@contract(result=Health, bare=True)
def show_health() -> Response:
    """Show the health of the server"""
    health = check_health(database(), current_app.extensions["holdfast.settings"])
    status = HTTPStatus.OK if health.status == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(orjson.dumps(health), status, mimetype=JSON)
