"""Made-up tasks about made-up leads: the old ones are done, those of these days are still to do."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from crm import clock
from crm.accounts.owners import first_owner
from crm.db.transaction import Row, Transaction
from crm.records.examples import made_before
from crm.work.task_fields import TaskChanges, TaskFields
from crm.work.tasks import change_task, create_task

TITLES = (
    "Call back about the offer",
    "Send the price list",
    "Ask about the budget",
    "Agree on a date for the visit",
    "Prepare the quote",
    "Check the delivery date",
    "Ask whether everything works",
    "Send photos of similar work",
)
LATELY = 6
"""How many of the newest leads a task is about one of."""
STILL_OPEN = timedelta(days=45)
"""Tasks that were made within this time before the end are not done yet."""


@dataclass(slots=True)
class Planning:
    """Tasks up to the end of the demo, the present time."""

    rng: random.Random
    end: datetime
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        if count <= self.made:
            return
        for task_id, version in _due(tx):
            change_task(tx, task_id, TaskChanges(done=True), expected_version=version)
        leads, others = _newest_leads(tx), first_owner(tx)
        for _ in range(count - self.made if leads else 0):
            self._plan(tx, self.rng.choice(leads), others)
        self.made = count

    def _plan(self, tx: Transaction, lead: Row, others: int) -> None:
        """Due soon or, where it is to stay open, within some days of the end.

        `others` is whoever does those of leads without an owner.
        """
        lasting = self.end - clock.now() < STILL_OPEN
        due = self.end + timedelta(days=self.rng.randint(-1, 7)) if lasting else self._soon()
        fields = TaskFields(
            title=self.rng.choice(TITLES),
            due_day=due.date(),
            assignee_id=lead["owner_id"] or others,
            subject="lead",
            subject_id=lead["id"],
        )
        create_task(tx, fields)

    def _soon(self) -> datetime:
        return clock.now() + timedelta(days=self.rng.randint(1, 14))


def begin_tasks(tx: Transaction, rng: random.Random) -> Planning:
    """Continues with those of an earlier run. Raises Conflict if people entered tasks."""
    own = "title NOT IN (SELECT value FROM json_each(:titles))"
    made = made_before(tx, rng, "tasks", own, titles=orjson.dumps(TITLES).decode())
    return Planning(rng, clock.now(), made)


def _due(tx: Transaction) -> list[tuple[int, int]]:
    """Open tasks whose day has come, with their versions."""
    rows = tx.tuples(
        """
        SELECT id, version
          FROM tasks
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
           AND done_at IS NULL
           AND due_at <= :now
         ORDER BY id
        """
    )
    return [(task_id, version) for task_id, version in rows]


def _newest_leads(tx: Transaction) -> list[Row]:
    """With their owners who can log in."""
    return tx.all(
        """
        SELECT l.id, u.id AS owner_id
          FROM leads l
          LEFT JOIN users u ON u.workspace_id = l.workspace_id
           AND u.id = l.owner_id
           AND u.disabled_at IS NULL
         WHERE l.workspace_id = :workspace_id
           AND l.deleted_at IS NULL
         ORDER BY l.id DESC
         LIMIT :most
        """,
        most=LATELY,
    )
