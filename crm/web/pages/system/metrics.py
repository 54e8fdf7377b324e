"""/metrics, as Prometheus reads it."""

from flask import Blueprint, Response

from crm.monitoring.prometheus import CONTENT_TYPE, write_metrics
from crm.web.api.monitoring import check_asking
from crm.web.auth import permit
from crm.web.sessions.identity import database, settings

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@permit("monitoring.read")
def show_metrics() -> Response:
    check_asking()
    return Response(write_metrics(database(), settings()), content_type=CONTENT_TYPE)
