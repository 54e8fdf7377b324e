"""/api/notes: notes and calls on the timelines of clients and leads."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from crm.fields import MAX_ID
from crm.records.subjects import Subject
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import Note, add_note, change_note, delete_note, get_note, list_notes, restore_note

blueprint = Blueprint("api_notes", __name__, url_prefix="/api/notes")


class NoteListQuery(PageQuery):
    subject: Subject = Field(description="client or lead")
    subject_id: int = Field(ge=1, le=MAX_ID)
    deleted: bool = Field(default=False, description="Those in the trash")


@blueprint.get("")
@permit("notes.read")
@contract(query=NoteListQuery, result=Note, many=True, refusals=(404,))
def list_all() -> Response:
    """List the notes and calls of a record, newest first"""
    wanted = query(NoteListQuery)
    of = (wanted.subject, wanted.subject_id)
    found = read(list_notes, *of, deleted=wanted.deleted, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.post("")
@permit("notes.write")
@contract(body=NoteFields, result=Note, status=201)
def create() -> Response:
    """Add a note or a call to a timeline"""
    given = json_body(NoteFields)
    return answer_once(lambda tx: add_note(tx, given), _created)


@blueprint.get("/<id:note_id>")
@permit("notes.read")
@contract(result=Note)
@kept
def get(note_id: int) -> Response:
    """Get a note or call"""
    return _answer(read(get_note, note_id))


@blueprint.patch("/<id:note_id>")
@permit("notes.write")
@contract(body=NoteChanges, result=Note, refusals=(412,))
def patch(note_id: int) -> Response:
    """Change some fields of a note or call"""
    return _answer(write(change_note, note_id, json_body(NoteChanges), expected_version=expected_version()))


@blueprint.delete("/<id:note_id>")
@permit("notes.write")
@contract(status=204, refusals=(412,))
def delete(note_id: int) -> Response:
    """Delete a note or call; it can be restored"""
    write(delete_note, note_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:note_id>/restore")
@permit("notes.write")
@contract(result=Note)
def restore(note_id: int) -> Response:
    """Restore a deleted note or call"""
    return answer_once(lambda tx: restore_note(tx, note_id), _answer)


def _created(note: Note) -> Response:
    return answers.created(note, url_for("api_notes.get", note_id=note.id), version=note.version)


def _answer(note: Note) -> Response:
    return answers.data(note, version=note.version)
