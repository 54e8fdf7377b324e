"""The fields of tasks that are changed where a task is listed."""

from typing import Any

from flask import request, url_for

from crm.web.lists.cell_fields import Cell
from crm.web.lists.cells import CellEditing, cell_blueprint
from crm.web.records.entries import TEXT, Entry
from crm.web.requests.due_times import day_and_hour, due_from
from crm.work.kind import TASK
from crm.work.task_fields import TaskChanges
from crm.work.tasks import Task, change_task

DUE = "due"


def _typed_due(_name: str) -> str:
    return f"{request.form.get('due_day', '')} {request.form.get('due_hour', '')}".strip()


def _given_due(_name: str) -> dict[str, str | None]:
    return due_from(request.form.get("due_day", ""), request.form.get("due_hour", ""))


def _text_of(name: str, task: Task) -> str:
    return " ".join(day_and_hour(task.due_at, task.due_day)).strip() if name == DUE else task.title


def _given(name: str, value: Any) -> dict[str, Any]:
    return dict(value) if name == DUE else {name: value}


blueprint = cell_blueprint(
    CellEditing(
        kind=TASK,
        cells={"title": Cell(), DUE: Cell("due")},
        entries={"title": TEXT, DUE: Entry(value=_given_due, typed=_typed_due)},
        model=TaskChanges,
        change=change_task,
        text_of=_text_of,
        given=_given,
        at=lambda task: url_for("tasks.show_edit", task_id=task.id),
    )
)
