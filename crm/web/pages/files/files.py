"""The files of all records, and their trash."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from crm.clients.client import Client
from crm.files.files import File, list_files
from crm.files.kind import FILE
from crm.web.auth import permit
from crm.web.kinds.known import known_words
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.reading import read
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.downloads import PICTURES

blueprint = Blueprint("files", __name__, url_prefix="/files")

PAGE = 30


class FilesQuery(BaseModel):
    trash: bool = False
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("")
@permit("files.read")
def list_all() -> ResponseReturnValue:
    return show_despite(FilesQuery, _show)


def _show(wanted: FilesQuery) -> str:
    page = read(list_files, deleted=wanted.trash, limit=PAGE, cursor=wanted.cursor)
    return render_template("files/list.html", files=page, query=wanted)


def _page_of(file: File) -> str:
    """The list of all files when the form was there, else the file's record."""
    if request.form.get("from") == "files":
        return url_for("files.list_all")
    return known_words().by_name[file.subject].address_of(file.subject_id)


add_removal(
    blueprint,
    Removal(kind=FILE, after=_page_of, at=_page_of),
    "/<id:file_id>",
    FILE.may("delete"),
)


@blueprint.app_template_global()
def picture_address(client: Client, pixels: int = 96) -> str:
    """Of the client's picture, at most so many pixels wide: 96 or 480; empty when there is none."""
    if not getattr(client, "picture_id", None):
        return ""
    return url_for("api_files.content", file_id=client.picture_id, thumbnail=pixels)


@blueprint.app_template_global()
def record_address(subject: str, subject_id: int) -> str:
    """Of the record that a file or task belongs to."""
    return known_words().by_name[subject].address_of(subject_id)


@blueprint.app_template_global()
def preview_address(file: File, pixels: int = 480) -> str:
    if file.media_type not in PICTURES:
        return ""
    return url_for("api_files.content", file_id=file.id, thumbnail=pixels)
