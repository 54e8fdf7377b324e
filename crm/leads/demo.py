"""Made-up leads: created and moved over time, each step in the ledger."""

import math
import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import chain

import orjson

from crm import clock
from crm.clients.demo import SOURCES, TAGS
from crm.db.transaction import Row, Transaction
from crm.errors import Conflict
from crm.leads.demo_titles import REASONS, TITLES
from crm.leads.fields import LeadFields, LeadMove
from crm.leads.many_new import create_leads, ready_values
from crm.leads.moves import move_lead
from crm.leads.pipeline import Stage, get_default_pipeline

MOVES = 2.4
LOSES = 0.18
LEAST, MOST = 300, 60_000
TYPES = ("order", "order", "order", "inquiry", "inquiry", "support", "other")

OTHERS = """
    SELECT EXISTS (SELECT 1
                     FROM leads
                    WHERE workspace_id = :workspace_id
                      AND source IS DISTINCT FROM :inquiries
                      AND title NOT IN (SELECT value FROM json_each(:titles)))
"""
MADE = """
    SELECT count(*)
      FROM leads
     WHERE workspace_id = :workspace_id
       AND source IS DISTINCT FROM :inquiries
"""
# The source of the leads that the demo of vehicles makes: not ours to count or to move.
INQUIRIES = "Stock page"
STILL_OPEN = """
    SELECT id, stage_id
      FROM leads
     WHERE workspace_id = :workspace_id
       AND deleted_at IS NULL
       AND closed_at IS NULL
       AND source IS DISTINCT FROM :inquiries
     ORDER BY id
"""


@dataclass(slots=True)
class Course:
    """The state of the demo leads: `open_leads` with the position of their stage, oldest first."""

    rng: random.Random
    stages: list[Stage]
    lost: Stage
    made: int = 0
    moves: float = 0.0
    open_leads: list[tuple[int, int]] = field(default_factory=list)

    def go_on(self, tx: Transaction, count: int) -> None:
        """Meanwhile others go their way."""
        if count <= self.made:
            return
        self.moves += MOVES * (count - self.made)
        ends = _ends(tx)
        wanted = []
        for _ in range(count - self.made):
            client = _client_from(tx, self.rng.randint(*ends))
            wanted.append(ready_values(tx, _fields(self.rng, client, self.stages[0])))
        self.open_leads += [(lead_id, 0) for lead_id in create_leads(tx, wanted)]
        self.made = count
        while self.moves >= 1 and self.open_leads:
            self.moves -= 1
            _move(tx, self)


def begin_leads(tx: Transaction, rng: random.Random) -> Course:
    """Continues with the leads of an earlier run that was stopped.

    Raises Conflict if the workspace has leads that people entered.
    """
    made = int(tx.value(MADE, inquiries=INQUIRIES))
    if tx.value(
        OTHERS, titles=orjson.dumps(sorted({*chain(*TITLES.values())})).decode(), inquiries=INQUIRIES
    ):
        raise Conflict("This workspace already has leads. Demo data can be added only to an empty workspace.")
    stages = [stage for stage in get_default_pipeline(tx).stages if stage.takes_leads]
    won = next(stage for stage in stages if stage.kind == "won")
    lost = next(stage for stage in stages if stage.kind == "lost")
    way = [*(stage for stage in stages if stage.kind == "open"), won]
    places = {stage.id: place for place, stage in enumerate(way)}
    open_leads = [
        (lead_id, places[stage_id]) for lead_id, stage_id in tx.tuples(STILL_OPEN, inquiries=INQUIRIES)
    ]
    rng.seed(rng.random() + made)
    return Course(rng, way, lost, made, open_leads=open_leads)


def _move(tx: Transaction, course: Course) -> None:
    """One lead moves on by one stage, or is lost."""
    rng = course.rng
    lead_id, place = course.open_leads.pop(rng.randrange(len(course.open_leads)))
    if rng.random() < LOSES:
        move_lead(tx, lead_id, LeadMove(stage_id=course.lost.id, lost_reason=rng.choice(REASONS)))
        return
    stage = course.stages[place + 1]
    move_lead(tx, lead_id, LeadMove(stage_id=stage.id))
    if stage.kind == "open":
        course.open_leads.append((lead_id, place + 1))


def _ends(tx: Transaction) -> tuple[int, int]:
    """The first and the last client. Raises Conflict if there is none."""
    first, last = (
        tx.value(
            f"""
            SELECT id
              FROM clients
             WHERE workspace_id = :workspace_id
               AND deleted_at IS NULL
             ORDER BY id {way}
             LIMIT 1
            """
        )
        for way in ("ASC", "DESC")
    )
    if first is None:
        raise Conflict("The workspace no longer has any clients.")
    return first, last


def _client_from(tx: Transaction, near: int) -> Row:
    """The first with that id or a later one."""
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
        near=near,
    )
    if found is None:
        raise Conflict("The workspace no longer has any clients.")
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
