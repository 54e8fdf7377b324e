"""Whether anything changed: open pages ask this every second, at almost no cost."""

from flask import Blueprint, Response, request

from crm.activity.timeline import ledger_head
from crm.web.auth import permit
from crm.web.requests.reading import read

blueprint = Blueprint("changes", __name__)


@blueprint.get("/changes")
@permit("activities.read")
def show_head() -> Response:
    """The number of the ledger's last entry, as its own ETag: 304 while nothing changed."""
    head = read(ledger_head)
    response = Response(str(head), mimetype="text/plain")
    response.set_etag(str(head))
    response.make_conditional(request)
    return response
