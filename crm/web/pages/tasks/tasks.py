"""Tasks: done with one click, edited on a page, listed by assignee."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from crm.db.transaction import Transaction
from crm.errors import CrmError, Stale
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.kinds.known import known_words
from crm.web.lists.conditions import condition_chips
from crm.web.lists.page import TrashQuery
from crm.web.lists.task_address import TaskAddress
from crm.web.records.entries import NUMBER, OPTIONAL, TEXT, Texts, given_values
from crm.web.records.form import Given, RecordForm, add_editing
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.due_times import day_and_hour, due_from
from crm.web.requests.forms import is_fragment, sent_version
from crm.web.requests.page_address import Address
from crm.web.requests.reading import query, read, write
from crm.web.requests.wrong_filters import show_despite
from crm.web.responses.toasts import complain, say, with_events
from crm.web.sessions.identity import identity
from crm.web.words.choices import user_choices
from crm.web.words.zones import client_zones
from crm.work.kind import TASK
from crm.work.task_fields import TaskChanges
from crm.work.task_lists import TaskFilter, list_tasks
from crm.work.tasks import Task, change_task

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

PAGE = 50
DUE = {"due_day", "due_hour", "due_zone"}
ENTRIES = {
    "title": TEXT, "details": TEXT, "due_day": TEXT, "due_hour": TEXT, "due_zone": TEXT,
    "repeat": OPTIONAL, "assignee_id": NUMBER,
}  # fmt: skip
REPEATS = ("daily", "weekdays", "weekly", "monthly", "yearly")


class ZonesAddress(Address):
    """The input so far: half a time is none yet."""

    subject: str | None = Field(None, max_length=20)
    subject_id: int | None = Field(None, ge=1, le=MAX_ID)
    due_day: str = Field("", max_length=40)
    due_hour: str = Field("", max_length=40)
    due_zone: str = Field("", max_length=100)


@blueprint.get("")
@permit("tasks.read")
def list_all() -> ResponseReturnValue:
    return show_despite(TaskAddress, _show)


def _show(wanted: TaskAddress) -> str:
    whose = identity().user_id if wanted.assignee_id is None else wanted.assignee_id or None
    asked = TaskFilter(assignee_id=whose, done=wanted.done, filter=wanted.filter)
    done = "true" if wanted.done else "false"
    exported = url_for("exports.tasks", assignee_id=whose, done=done, filter=wanted.filter)
    values = read(_read_list, asked, wanted)
    return render_template("tasks/list.html", query=wanted, whose=whose, exported=exported, **values)


def _read_list(tx: Transaction, asked: TaskFilter, wanted: TaskAddress) -> dict[str, Any]:
    people = user_choices(tx, asked.assignee_id)
    return {
        "page": list_tasks(tx, asked, limit=PAGE, cursor=wanted.cursor),
        "people": people,
        "chips": condition_chips(tx, TASK, wanted, {"assignee_id": [*people]}),
        "whole": wanted.model_copy(update={"filter": None}).address(),
    }


@blueprint.get("/trash")
@permit("tasks.read")
def list_trash() -> ResponseReturnValue:
    """Deleted tasks, the latest first."""
    return show_despite(TrashQuery, _show_trash)


def _show_trash(wanted: TrashQuery) -> str:
    page = read(list_tasks, TaskFilter(deleted=True), limit=PAGE, cursor=wanted.cursor)
    of = {"kind": TASK, "folder": "tasks"}
    return render_template("lists/trash.html", of=of, here="tasks.list_trash", page=page)


@blueprint.get("/zones")
@permit("tasks.read")
def show_zones() -> str:
    """The time that a form holds, on the reader's clock and on the client's."""
    wanted = query(ZonesAddress)
    zones = client_zones(wanted.subject, wanted.subject_id)
    if not zones:
        return ""
    return render_template("tasks/zones.html", zones=zones, **wanted.model_dump(include=DUE))


@blueprint.post("/<id:task_id>/done")
@permit("tasks.write")
def finish(task_id: int) -> ResponseReturnValue:
    """Done, or with `done=0` to be done again."""
    done = request.form.get("done") != "0"
    try:
        task = write(change_task, task_id, TaskChanges(done=done), expected_version=sent_version())
    except Stale as error:
        if is_fragment():
            raise
        complain(worded(error.message))
        return redirect(url_for("tasks.show_edit", task_id=task_id), 303)
    if is_fragment():
        return with_events(make_response("", 204), {"timeline-changed": None})
    say(_("Done") if done else _("Task reopened"))
    return redirect(_back(task), 303)


def _texts(task: Task) -> dict[str, str]:
    """The stored values as the form holds them."""
    day, hour = day_and_hour(task.due_at, task.due_day)
    return {
        "title": task.title,
        "details": task.details or "",
        "due_day": day,
        "due_hour": hour,
        "due_zone": "",
        "repeat": task.repeat or "",
        "assignee_id": str(task.assignee_id or ""),
    }


def _given(changed: set[str]) -> Given:
    """Day, hour and zone go together. What does not change is left out: a series keeps its anchor."""
    given = given_values(ENTRIES, changed - DUE)
    if changed & DUE:
        form = request.form
        given |= due_from(form.get("due_day", ""), form.get("due_hour", ""), form.get("due_zone", ""))
    return given


def _back(task: Task) -> str:
    """To the record of the task, else to My day."""
    page = known_words().with_page.get(task.subject or "")
    if page is None or task.subject_id is None:
        return url_for("my_day.show")
    return page.address_of(task.subject_id)


def _options(task: Task, _values: Texts, _error: CrmError | None) -> Mapping[str, Any]:
    return {
        "back": _back(task),
        "people": read(user_choices, task.assignee_id),
        "zones": client_zones(task.subject, task.subject_id),
        "repeats": [("", _("Never"))] + [(name, known_words().values[name]) for name in REPEATS],
    }


add_editing(
    blueprint,
    RecordForm(
        kind=TASK,
        entries=ENTRIES,
        template="tasks/form.html",
        model=TaskChanges,
        change=change_task,
        options=_options,
        texts=_texts,
        given=_given,
        at=_back,
    ),
)
add_removal(
    blueprint,
    Removal(kind=TASK, after=_back, at=_back),
    "/<id:task_id>",
    TASK.may("write"),
)
