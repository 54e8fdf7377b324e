"""The composer of a timeline: notes, calls and tasks."""

from dataclasses import asdict

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.errors import CrmError, NotFound, Stale
from crm.fields import parse_fields, whole_number
from crm.web.auth import permit
from crm.web.errors import Malformed, status_of
from crm.web.kinds.known import known_words
from crm.web.records.entries import TEXT, texts_of
from crm.web.requests.due_times import due_from
from crm.web.requests.forms import form_version, is_fragment, number_from, sent_version
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import STALE, show_stale
from crm.web.responses.toasts import complain, say, with_events
from crm.web.words.fields import sentence_of
from crm.web.words.names import read_names
from crm.work.note_fields import NoteChanges, NoteFields
from crm.work.notes import Note, add_note, change_note, delete_note, get_note, restore_note
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task

blueprint = Blueprint("composer", __name__, url_prefix="/timeline")

ENTRIES = {"text": TEXT}


@blueprint.post("/notes")
@permit("notes.write")
def add() -> ResponseReturnValue:
    """A note, or what was noted of a call."""
    form = request.form
    call = form.get("kind") == "call"
    try:
        given = {
            "subject": form.get("subject", ""),
            "subject_id": number_from(form.get("subject_id", ""), "subject_id"),
            "kind": form.get("kind", "note"),
            "text": form.get("text", ""),
            "direction": (form.get("direction") or None) if call else None,
            "minutes": number_from(form.get("minutes", ""), "minutes") if call else None,
        }
        write(add_note, parse_fields(NoteFields, given))
    except CrmError as error:
        return _refused(error)
    return _written(_("Added"))


@blueprint.post("/tasks")
@permit("tasks.write")
def plan() -> ResponseReturnValue:
    form = request.form
    try:
        given = {
            "title": form.get("title", ""),
            **due_from(form.get("due_day", ""), form.get("due_hour", ""), form.get("due_zone", "")),
            "repeat": form.get("repeat") or None,
            "assignee_id": number_from(form.get("assignee_id", ""), "assignee_id"),
            "subject": form.get("subject") or None,
            "subject_id": number_from(form.get("subject_id", ""), "subject_id"),
        }
        write(create_task, parse_fields(TaskFields, given))
    except CrmError as error:
        return _refused(error)
    return _written(_("Task added"))


@blueprint.get("/notes/<id:note_id>")
@permit("notes.read")
def show(note_id: int) -> str:
    """The note as the timeline shows it; with `?edit`, as a form."""
    note = read(get_note, note_id)
    back = _page_of(note.subject, note.subject_id)
    if not is_fragment():
        name = read(read_names, [(note.subject, note.subject_id)])[note.subject].get(note.subject_id, "")
        return render_template("activity/note_page.html", note=note, back=back, name=name)
    template = "activity/note_form.html" if "edit" in request.args else "activity/note.html"
    return render_template(template, note=note, back=back)


@blueprint.post("/notes/<id:note_id>")
@permit("notes.write")
def change(note_id: int) -> ResponseReturnValue:
    try:
        changes = parse_fields(NoteChanges, {"text": request.form.get("text", "")})
        write(change_note, note_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_note, note_id))
    except CrmError as error:
        return _refused(error)
    return _written(_("Saved"))


@blueprint.post("/notes/<id:note_id>/delete")
@permit("notes.write")
def delete(note_id: int) -> ResponseReturnValue:
    try:
        write(delete_note, note_id, expected_version=sent_version())
    except Stale as error:
        return _refused(error)
    return _written(_("Deleted"))


@blueprint.post("/notes/<id:note_id>/restore")
@permit("notes.write")
def restore(note_id: int) -> ResponseReturnValue:
    write(restore_note, note_id)
    return _written(_("Restored"))


def _show_both(note: Note) -> ResponseReturnValue:
    """A form on a timeline returns with what was typed and what is saved now."""
    back = _page_of(note.subject, note.subject_id)
    if is_fragment():
        typed = request.form.get("text", "")
        values = {"note": note, "typed": typed, "saved": note.text, "back": back}
        page = render_template("activity/note_form.html", **values)
        return page, STALE, {"HX-Reswap": "outerHTML"}
    return show_stale(
        ENTRIES,
        texts_of(ENTRIES, asdict(note)),
        name=known_words().by_name[note.kind].one,
        version=note.version,
        action=request.script_root + request.path,
        back=back,
        trail=[],
        carried={"subject": note.subject, "subject_id": str(note.subject_id)},
    )


def _written(said: str) -> ResponseReturnValue:
    """The timeline and the tasks of the page reload themselves."""
    if is_fragment():
        return with_events(make_response("", 204), {"timeline-changed": None})
    say(said)
    return redirect(_back(), 303)


def _refused(error: CrmError) -> ResponseReturnValue:
    sentence = sentence_of(error)
    if is_fragment():
        events = {"toast": {"text": sentence, "bad": True}}
        return with_events(make_response("", status_of(error)), events)
    if isinstance(error, NotFound):
        raise error
    complain(sentence)
    return redirect(_back(), 303)


def _back() -> str:
    """The page of the record that the form was on, else my day."""
    subject, subject_id = request.form.get("subject", ""), request.form.get("subject_id", "")
    if subject not in known_words().with_page:
        return url_for("my_day.show")
    number = whole_number(subject_id)
    if not number:
        raise Malformed("The form names no record. Reload the page and try again.")
    return _page_of(subject, number)


def _page_of(subject: str, subject_id: int) -> str:
    return known_words().with_page[subject].address_of(subject_id)
