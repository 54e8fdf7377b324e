"""/api/tasks: tasks with assignee and due date."""

from dataclasses import dataclass

from flask import Blueprint, Response, url_for
from pydantic import AwareDatetime, Field

from crm import clock
from crm.fields import MAX_ID
from crm.leads.lead import Lead
from crm.leads.listing import list_stale_leads
from crm.records.conditions.grammar import FilterText
from crm.records.subjects import Subject
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.responses.kept_lists import kept
from crm.web.sessions.identity import identity
from crm.work import my_day as days
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.task_lists import TaskFilter, list_tasks
from crm.work.tasks import Task, change_task, create_task, delete_task, get_task, restore_task

blueprint = Blueprint("api_tasks", __name__, url_prefix="/api/tasks")


class TaskListQuery(PageQuery):
    """`assignee_id=0` selects unassigned tasks."""

    subject: Subject | None = Field(None, description="client or lead")
    subject_id: int | None = Field(None, ge=1, le=MAX_ID)
    assignee_id: int | None = Field(None, ge=0, le=MAX_ID)
    done: bool | None = None
    due_from: AwareDatetime | None = Field(
        None, description="A task of a day is due until that day is over in your time zone"
    )
    due_until: AwareDatetime | None = None
    undated: bool | None = Field(None, description="True asks for tasks without a day")
    deleted: bool = Field(default=False, description="Those in the trash, the last deleted first")
    conditions: FilterText | None = Field(None, alias="filter")

    def filter(self) -> TaskFilter:
        return TaskFilter(
            subject=self.subject,
            subject_id=self.subject_id,
            assignee_id=self.assignee_id,
            done=self.done,
            due_from=clock.as_text(self.due_from) if self.due_from else None,
            due_until=clock.as_text(self.due_until) if self.due_until else None,
            undated=self.undated,
            timezone=identity().timezone,
            deleted=self.deleted,
            filter=self.conditions,
        )


@blueprint.get("")
@permit("tasks.read")
@contract(query=TaskListQuery, result=Task, many=True)
@kept
def list_all() -> Response:
    """List tasks, the first due first"""
    wanted = query(TaskListQuery)
    return answers.page(read(list_tasks, wanted.filter(), limit=wanted.limit, cursor=wanted.cursor))


@dataclass(frozen=True, slots=True)
class MyDay(days.MyDay[Lead]):
    """`stale` are the leads that need attention."""

    stale: list[Lead]


@blueprint.get("/my-day")
@permit("tasks.read")
@contract(result=MyDay)
def my_day() -> Response:
    """Show due tasks, leads that need attention, and changes since yesterday"""
    return answers.data(read(days.show_my_day, identity().timezone, list_stale_leads))


@blueprint.post("")
@permit("tasks.write")
@contract(body=TaskFields, result=Task, status=201)
def create() -> Response:
    """Create a task"""
    given = json_body(TaskFields)
    return answer_once(lambda tx: create_task(tx, given), _created)


@blueprint.get("/<id:task_id>")
@permit("tasks.read")
@contract(result=Task)
@kept
def get(task_id: int) -> Response:
    """Get a task"""
    return _answer(read(get_task, task_id))


@blueprint.patch("/<id:task_id>")
@permit("tasks.write")
@contract(body=TaskChanges, result=Task, refusals=(412,))
def patch(task_id: int) -> Response:
    """Change some fields of a task; `done` finishes or reopens it"""
    return _answer(write(change_task, task_id, json_body(TaskChanges), expected_version=expected_version()))


@blueprint.delete("/<id:task_id>")
@permit("tasks.write")
@contract(status=204, refusals=(412,))
def delete(task_id: int) -> Response:
    """Delete a task; it can be restored"""
    write(delete_task, task_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:task_id>/restore")
@permit("tasks.write")
@contract(result=Task)
def restore(task_id: int) -> Response:
    """Restore a deleted task"""
    return answer_once(lambda tx: restore_task(tx, task_id), _answer)


def _created(task: Task) -> Response:
    return answers.created(task, url_for("api_tasks.get", task_id=task.id), version=task.version)


def _answer(task: Task) -> Response:
    return answers.data(task, version=task.version)
