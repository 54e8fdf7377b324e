"""Rules of a workspace by which records are erased after a time; the worker applies them."""

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated

import structlog
from pydantic import Field

from crm import clock
from crm.accounts.workspaces import WORKSPACE_RECORD, get_workspace
from crm.activity import activity
from crm.appliance.contents import list_workspace_ids
from crm.appliance.erasing import ClientErasure, erase_client, erase_lead
from crm.appliance.retention_walks import START, WALKS, Due, Position, Walk, next_due
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy, CrmError
from crm.fields import Fields
from crm.records.skeleton import refuse_stale

MOST_DAYS = 36_500
SHOWN = 100
MOST_COUNTED = 1_000
RUN_SECONDS = 60.0
PAUSE = 1.0
"""How long others may write after each erasure, as a multiple of its duration."""

log = structlog.get_logger("crm.erasing")

Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]


class Retention(Fields):
    """After how many days records are erased; None: never. A client without activity is one that nothing was
    changed or noted about, with no lead that is open or was touched, no open task and no people.
    """

    lost_leads_days: Days | None = None
    inactive_clients_days: Days | None = None
    trash_days: Days | None = None


@dataclass(frozen=True)
class Foreseen:
    """What one rule would erase now. `records` are the first of them; `more`: there are more than `count`."""

    rule: str
    days: int
    count: int
    more: bool
    records: list[Due]


def get_retention(tx: Transaction) -> Retention:
    row = tx.one(
        """
        SELECT lost_leads_days, inactive_clients_days, trash_days
          FROM workspaces
         WHERE id = :workspace_id
        """
    )
    return Retention.model_validate(row)


def change_retention(tx: Transaction, wanted: Retention, *, expected_version: int | None = None) -> Retention:
    """All rules at once. If nothing differs, nothing is written. Raises Stale."""
    refuse_stale(WORKSPACE_RECORD, get_workspace(tx), expected_version)
    before, after = activity.changes(get_retention(tx).model_dump(), wanted.model_dump())
    if after:
        tx.run(
            """
            UPDATE workspaces
               SET lost_leads_days = :lost_leads_days, inactive_clients_days = :inactive_clients_days,
                   trash_days = :trash_days, version = version + 1, updated_at = :now
             WHERE id = :workspace_id
            """,
            **wanted.model_dump(),
        )
        workspace_id = int(tx.actor.workspace_id or 0)
        activity.record(tx, "workspace.changed", "workspace", workspace_id, before=before, after=after)
    return wanted


def foresee(tx: Transaction, rules: Retention) -> list[Foreseen]:
    """What the rules would erase, each counted up to 1,000."""
    return [_foresee(tx, rule, days) for rule, days in rules.model_dump().items() if days is not None]


def _foresee(tx: Transaction, rule: str, days: int) -> Foreseen:
    found: list[Due] = []
    for walk in WALKS[rule]:
        place: Position | None = START
        while place is not None and len(found) <= MOST_COUNTED:
            due, place = next_due(tx, walk, _before(days), place, MOST_COUNTED)
            found += due
    counted = min(len(found), MOST_COUNTED)
    return Foreseen(rule, days, counted, len(found) > counted, found[:SHOWN])


def _before(days: int) -> str:
    return clock.as_text(clock.now() - timedelta(days=days))


def apply_retention(db: Database, settings: Settings) -> int:
    """Erase what is due, each record in a transaction of its own; returns how many. The rest comes later."""
    ends = time.monotonic() + RUN_SECONDS
    erased = 0
    for workspace_id in db.read(list_workspace_ids, SYSTEM):
        actor = Actor(workspace_id, None, "retention")
        for rule, days in db.read(get_retention, actor).model_dump().items():
            for walk in WALKS[rule] if days is not None else ():
                erased += _apply(db, actor, _Task(settings, rule, walk, days), ends)
    if erased:
        log.info("records erased by rule", records=erased)
    return erased


@dataclass(frozen=True, slots=True)
class _Task:
    """One walk of one rule."""

    settings: Settings
    rule: str
    walk: Walk
    days: int


def _apply(db: Database, actor: Actor, task: _Task, ends: float) -> int:
    place: Position | None = START
    erased = 0
    while place is not None and time.monotonic() < ends:
        started = time.monotonic()
        done, place = db.write(_erase_next, actor, place, task)
        erased += done
        time.sleep(PAUSE * (time.monotonic() - started))
    return erased


def _erase_next(tx: Transaction, place: Position, task: _Task) -> tuple[int, Position | None]:
    """The next record that is due, found and erased in one transaction; how many, and where to go on."""
    if getattr(get_retention(tx), task.rule) != task.days:
        return 0, None
    found, after = next_due(tx, task.walk, _before(task.days), place, 1)
    if not found:
        return 0, after
    due = found[0]
    try:
        with tx.savepoint():
            if due.kind == "client":
                erase_client(tx, task.settings, due.id, ClientErasure(), rule=task.rule)
            else:
                erase_lead(tx, due.id, task.rule)
    except Busy:
        raise
    except CrmError as refusal:
        log.info("a record could not be erased by rule", reason=refusal.message, **asdict(due) | {"name": ""})
        return 0, after
    return 1, after
