"""The files of all records, and the trash where deleted ones wait."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field

from crm.clients.client import Client
from crm.errors import Stale
from crm.files.files import File, delete_file, get_file, list_files, restore_file
from crm.web.auth import permit
from crm.web.kinds.known import known_words
from crm.web.requests.forms import form_version
from crm.web.requests.reading import query, read, write
from crm.web.responses.downloads import PICTURES
from crm.web.responses.toasts import complain, offer_undo, say

blueprint = Blueprint("files", __name__, url_prefix="/files")

PAGE = 30


class FilesQuery(BaseModel):
    trash: bool = False
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("files.read")
def list_all() -> str:
    wanted = query(FilesQuery)
    page = read(list_files, deleted=wanted.trash, limit=PAGE, cursor=wanted.cursor)
    return render_template("files/list.html", files=page, query=wanted)


@blueprint.post("/<id:file_id>/delete")
@permit("files.delete")
def delete(file_id: int) -> ResponseReturnValue:
    file = read(get_file, file_id)
    try:
        write(delete_file, file_id, expected_version=form_version())
    except Stale:
        complain(_("Somebody changed %(name)s meanwhile. Look again before you delete.", name=file.name))
    else:
        offer_undo(_("%(name)s is deleted.", name=file.name), url_for("files.restore", file_id=file_id))
    return redirect(_page_of(file), 303)


@blueprint.post("/<id:file_id>/restore")
@permit("files.delete")
def restore(file_id: int) -> ResponseReturnValue:
    file = write(restore_file, file_id)
    say(_("%(name)s is back.", name=file.name))
    return redirect(_page_of(file), 303)


def _page_of(file: File) -> str:
    """The list of all files when the form was there, else the file's record."""
    if request.form.get("from") == "files":
        return url_for("files.list_all")
    return known_words().by_name[file.subject].address_of(file.subject_id)


@blueprint.app_template_global()
def picture_address(client: Client, pixels: int = 96) -> str:
    """Of the client's picture, at most so many pixels wide: 96 or 480; empty when there is none."""
    if not getattr(client, "picture_id", None):
        return ""
    return url_for("api_files.content", file_id=client.picture_id, thumbnail=pixels)


@blueprint.app_template_global()
def bearer_address(file: File) -> str:
    """Of the record that the file hangs on."""
    return known_words().by_name[file.subject].address_of(file.subject_id)


@blueprint.app_template_global()
def preview_address(file: File, pixels: int = 480) -> str:
    if file.media_type not in PICTURES:
        return ""
    return url_for("api_files.content", file_id=file.id, thumbnail=pixels)
