"""The files and the picture of one client."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.clients.client import get_client
from crm.clients.picture import set_picture
from crm.files.files import attach_file
from crm.web.auth import accepts_upload, permit
from crm.web.pages.files.of_record import files_of
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import received_file
from crm.web.responses.toasts import say

blueprint = Blueprint("client_files", __name__, url_prefix="/clients/<id:client_id>")


@blueprint.get("/files")
@permit("files.read")
def show(client_id: int) -> ResponseReturnValue:
    """The files' part of the client's page, for htmx."""
    if not is_fragment():
        return _back_to(client_id)
    return render_template("files/of_record.html", **files_of("client", client_id))


@blueprint.post("/files")
@permit("files.write")
@accepts_upload
def upload(client_id: int) -> ResponseReturnValue:
    read(get_client, client_id)
    with received_file() as stored:
        write(attach_file, "client", client_id, stored)
    return ("", 204) if is_fragment() else _back_to(client_id)


@blueprint.post("/picture")
@permit("clients.write")
@accepts_upload
def change_picture(client_id: int) -> ResponseReturnValue:
    read(get_client, client_id)
    with received_file(picture=True) as stored:
        write(set_picture, client_id, stored)
    say(_("The picture is changed."))
    return _back_to(client_id)


def _back_to(client_id: int) -> Response:
    return redirect(url_for("client_record.show", client_id=client_id), 303)
