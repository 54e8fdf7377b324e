"""/api/files and the files of /api/clients and /api/leads."""

from typing import Literal

from flask import Blueprint, Response, url_for
from pydantic import BaseModel, ConfigDict, Field

from crm.clients.client import Client, get_client
from crm.clients.picture import set_picture
from crm.errors import NotFound
from crm.files.files import (
    File,
    attach_file,
    delete_file,
    get_file,
    list_files,
    restore_file,
    stored_name_of,
)
from crm.records.subjects import require_live_subject
from crm.web.auth import accepts_upload, permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, query, read, write
from crm.web.requests.uploads import received_file
from crm.web.responses import answers
from crm.web.responses.downloads import PICTURES, send_content
from crm.web.responses.kept_lists import kept

blueprint = Blueprint("api_files", __name__, url_prefix="/api")


class FileQuery(PageQuery):
    deleted: bool = Field(default=False, description="Those in the trash")


class ContentQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    thumbnail: Literal["96", "480"] | None = Field(
        None, description="Of a picture: as WebP, at most so many pixels high and wide"
    )
    download: bool = Field(default=False, description="As an attachment, whatever it is")


@blueprint.get("/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_all() -> Response:
    """List all files, newest first"""
    wanted = query(FileQuery)
    return answers.page(read(list_files, deleted=wanted.deleted, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.get("/clients/<id:client_id>/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_of_client(client_id: int) -> Response:
    """List the files of a client, newest first"""
    return files_of("client", client_id)


@blueprint.get("/leads/<id:lead_id>/files")
@permit("files.read")
@contract(query=FileQuery, result=File, many=True)
@kept
def list_of_lead(lead_id: int) -> Response:
    """List the files of a lead, newest first"""
    return files_of("lead", lead_id)


def files_of(subject: str, subject_id: int) -> Response:
    wanted = query(FileQuery)
    found = read(
        list_files,
        of=(subject, subject_id),
        deleted=wanted.deleted,
        limit=wanted.limit,
        cursor=wanted.cursor,
    )
    return answers.page(found)


@blueprint.post("/clients/<id:client_id>/files")
@permit("files.write")
@accepts_upload
@contract(upload=True, result=File, status=201, refusals=(409, 507))
def add(client_id: int) -> Response:
    """Add a file to a client"""
    return add_file_to("client", client_id)


@blueprint.post("/leads/<id:lead_id>/files")
@permit("files.write")
@accepts_upload
@contract(upload=True, result=File, status=201, refusals=(409, 507))
def add_to_lead(lead_id: int) -> Response:
    """Add a file to a lead"""
    return add_file_to("lead", lead_id)


def add_file_to(subject: str, subject_id: int) -> Response:
    """The record is looked up before the body is read: it may be large."""
    read(require_live_subject, "files", subject, subject_id)
    with received_file() as upload:
        return answer_once(
            lambda tx: attach_file(tx, subject, subject_id, upload),
            _created,
            content=f"{upload.name}\n{upload.sha256}",
        )


@blueprint.put("/clients/<id:client_id>/picture")
@permit("clients.write")
@accepts_upload
@contract(upload=True, result=Client, refusals=(412, 507))
def replace_picture(client_id: int) -> Response:
    """Set the picture of a client"""
    version = expected_version()
    read(get_client, client_id)
    with received_file(picture=True) as upload:
        client = write(set_picture, client_id, upload, expected_version=version)
    return answers.data(client, version=client.version)


@blueprint.get("/files/<id:file_id>")
@permit("files.read")
@contract(result=File)
@kept
def get(file_id: int) -> Response:
    """Get the details of a file"""
    return _answer(read(get_file, file_id))


@blueprint.delete("/files/<id:file_id>")
@permit("files.delete")
@contract(status=204, refusals=(412,))
def delete(file_id: int) -> Response:
    """Move a file to the trash"""
    write(delete_file, file_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/files/<id:file_id>/restore")
@permit("files.delete")
@contract(result=File, refusals=(409, 412))
def restore(file_id: int) -> Response:
    """Restore a file from the trash"""
    version = expected_version()
    return answer_once(lambda tx: restore_file(tx, file_id, expected_version=version), _answer)


@blueprint.get("/files/<id:file_id>/content")
@permit("files.read")
@contract(query=ContentQuery, content=("application/octet-stream",), refusals=(416,))
def content(file_id: int) -> Response:
    """Get the content of a file, or a part of it by Range"""
    wanted = query(ContentQuery)
    thumbnail = int(wanted.thumbnail) if wanted.thumbnail else None
    file, stored_name = read(stored_name_of, file_id)
    if thumbnail and file.media_type not in PICTURES:
        raise NotFound("Only pictures have thumbnails.")
    return send_content(file, stored_name, thumbnail=thumbnail, download=wanted.download)


def _created(file: File) -> Response:
    location = url_for("api_files.get", file_id=file.id)
    return answers.created(file, location, version=file.version)


def _answer(file: File) -> Response:
    return answers.data(file, version=file.version)
