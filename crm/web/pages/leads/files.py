"""The files of one lead."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from crm.files.files import attach_file
from crm.leads.lead import get_lead
from crm.web.auth import accepts_upload, permit
from crm.web.pages.files.of_record import files_of
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file

blueprint = Blueprint("lead_files", __name__, url_prefix="/leads/<id:lead_id>")


@blueprint.get("/files")
@permit("files.read")
def show(lead_id: int) -> ResponseReturnValue:
    """The files' part of the lead's page, for htmx."""
    if not is_fragment():
        return _back_to(lead_id)
    return render_template("files/of_record.html", **files_of("lead", lead_id))


@blueprint.post("/files")
@permit("files.write")
@accepts_upload
def upload(lead_id: int) -> ResponseReturnValue:
    read(get_lead, lead_id)
    with received_file() as stored:
        write(attach_file, "lead", lead_id, stored)
    return ("", 204) if is_fragment() else _back_to(lead_id)


def _back_to(lead_id: int) -> Response:
    return redirect(url_for("lead_record.show", lead_id=lead_id), 303)
