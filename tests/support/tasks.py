"""Write and change tasks."""

from typing import Any

from crm.db.actor import Actor
from crm.db.database import Database
from crm.fields import parse_fields
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.task_lists import TaskFilter, list_tasks
from crm.work.tasks import Task, change_task, create_task


def task(db: Database, who: Actor, **given: object) -> Task:
    return db.write(create_task, who, parse_fields(TaskFields, {"title": "call back", **given}))


def change(db: Database, who: Actor, task_id: int, **given: Any) -> Task:
    return db.write(change_task, who, task_id, parse_fields(TaskChanges, given))


def titles(db: Database, who: Actor, limit: int = 25, **wanted: Any) -> list[str]:
    return [each.title for each in db.read(list_tasks, who, TaskFilter(**wanted), limit=limit).rows]


def still_open(db: Database, who: Actor) -> list[Task]:
    return db.read(list_tasks, who, TaskFilter(done=False), limit=25).rows
