"""Everything about one client as a download."""

from flask import Response, request

from crm import clock
from crm.appliance.person_export import person_parts
from crm.appliance.person_rows import begin_person_export
from crm.clients.client import get_client
from crm.db.file_stores.opening import file_store
from crm.web.requests.reading import read, write
from crm.web.responses.exported import streamed
from crm.web.sessions.identity import actor, database, settings


def send_person(client_id: int) -> Response:
    """Raises NotFound, Merged, and Busy while others are under way."""
    if request.method == "HEAD":
        read(get_client, client_id)
        response = Response()
    else:
        response = streamed(
            lambda: person_parts(
                database(), actor(), file_store(settings()), write(begin_person_export, client_id)
            )
        )
    name = f"client-{client_id}-{clock.timestamp()[:10]}.zip"
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
