"""Leads to try the appliance with: made and moved as time goes by, each step in the ledger."""

import math
import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from crm import clock
from crm.clients.demo import SOURCES, TAGS
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.leads.demo_titles import REASONS, TITLES
from crm.leads.fields import LeadFields, LeadMove
from crm.leads.leads import create_lead
from crm.leads.moves import move_lead
from crm.leads.pipeline import Stage, get_default_pipeline

MOVES = 2.4
LOSES = 0.18
LEAST, MOST = 300, 60_000
TYPES = ("order", "order", "order", "inquiry", "inquiry", "support", "other")


@dataclass(slots=True)
class Course:
    """What the leads have come to: `open_leads` with the place of their stage, oldest first."""

    rng: random.Random
    stages: list[Stage]
    lost: Stage
    made: int = 0
    moves: float = 0.0
    open_leads: list[tuple[int, int]] = field(default_factory=list)

    def go_on(self, tx: Transaction, count: int) -> None:
        """Meanwhile others go their way."""
        self.moves += MOVES * (count - self.made)
        for _ in range(count - self.made):
            lead = create_lead(tx, _fields(self.rng, _some_client(tx, self.rng), self.stages[0]))
            self.open_leads.append((lead.id, 0))
        self.made = count
        while self.moves >= 1 and self.open_leads:
            self.moves -= 1
            _move(tx, self)


def begin_leads(tx: Transaction, rng: random.Random) -> Course:
    """Raises Conflict when the workspace has leads: it never adds to what somebody entered."""
    if tx.value("SELECT EXISTS (SELECT 1 FROM leads WHERE workspace_id = :workspace_id)"):
        raise Conflict("The workspace has leads already; demo leads go into an empty one only.")
    stages = [stage for stage in get_default_pipeline(tx).stages if stage.takes_leads]
    won = next(stage for stage in stages if stage.kind == "won")
    lost = next(stage for stage in stages if stage.kind == "lost")
    return Course(rng, [*(stage for stage in stages if stage.kind == "open"), won], lost)


def _move(tx: Transaction, course: Course) -> None:
    """One lead goes on by one stage, or is lost."""
    rng = course.rng
    lead_id, place = course.open_leads.pop(rng.randrange(len(course.open_leads)))
    if rng.random() < LOSES:
        move_lead(tx, lead_id, LeadMove(stage_id=course.lost.id, lost_reason=rng.choice(REASONS)))
        return
    stage = course.stages[place + 1]
    move_lead(tx, lead_id, LeadMove(stage_id=stage.id))
    if stage.kind == "open":
        course.open_leads.append((lead_id, place + 1))


def _some_client(tx: Transaction, rng: random.Random) -> Row:
    ends = tx.all(
        """
        SELECT min(id) AS first, max(id) AS last
          FROM clients
         WHERE workspace_id = :workspace_id AND deleted_at IS NULL
        """
    )
    found = tx.one(
        """
        SELECT id, country, owner_id
          FROM clients
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
           AND id >= :near
         ORDER BY id
         LIMIT 1
        """,
        near=rng.randint(ends[0]["first"], ends[0]["last"]),
    )
    if found is None:
        raise Conflict("The workspace has no clients any more.")
    return found


def _fields(rng: random.Random, client: Row, stage: Stage) -> LeadFields:
    value = math.exp(rng.uniform(math.log(LEAST), math.log(MOST)))
    closes = clock.now() + timedelta(days=rng.randint(5, 60))
    return LeadFields(
        title=rng.choice(TITLES.get(client["country"], TITLES["US"])),
        value=Decimal(round(value, 2 - len(str(int(value))))),
        client_id=client["id"],
        stage_id=stage.id,
        owner_id=client["owner_id"],
        source=rng.choice((None, *SOURCES)),
        expected_close=closes.date() if rng.random() < 0.7 else None,
        type=rng.choice(TYPES),
        tags=rng.sample(TAGS, rng.choice((0, 0, 0, 1))),
    )
