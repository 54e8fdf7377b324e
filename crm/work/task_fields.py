"""The fields of tasks."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from crm import clock
from crm.fields import Blank, Fields, Id, Name, Text, left_out
from crm.records.subjects import Subject
from crm.time_fields import Moment, OptionalDay
from crm.work.repeats import Repeat

DUE_DAY = (
    "A day without an hour, the same for everybody wherever they are; `due_at` is then its last minute "
    "where the assignee is, and need not be given"
)
TaskDetails = Annotated[Annotated[Text, StringConstraints(max_length=10_000)] | None, Blank]


class TaskFields(Fields):
    """A task to create, with or without a subject."""

    title: Name
    details: TaskDetails = None
    due_at: Moment | None = None
    due_day: OptionalDay = Field(default=None, description=DUE_DAY)
    repeat: Repeat | None = Field(default=None, description="Once done, it is due again")
    assignee_id: Id | None = Field(default=None, description="Left out, whoever creates it")
    subject: Subject | None = None
    subject_id: Id | None = None


class TaskChanges(Fields):
    """Some fields of a task; the others stay as they are."""

    title: Name = left_out()
    details: TaskDetails = left_out()
    due_at: Moment | None = left_out(description="A moment ends the `due_day`; null takes both away")
    due_day: OptionalDay = left_out(description=DUE_DAY)
    repeat: Repeat | None = left_out()
    assignee_id: Id | None = left_out()
    done: bool = left_out()


def task_values(fields: TaskFields | TaskChanges) -> dict[str, Any]:
    """The given values in the form in which they are stored."""
    values = fields.model_dump(exclude_unset=isinstance(fields, TaskChanges))
    if values.get("due_at") is not None:
        values["due_at"] = clock.as_text(values["due_at"])
    if values.get("due_day") is not None:
        values["due_day"] = values["due_day"].isoformat()
    return values
