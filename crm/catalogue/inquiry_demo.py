"""Made-up inquiries from the public stock page: leads of clients; the older ones were won or lost."""

import random
from dataclasses import dataclass, field

from crm.catalogue.inquiries import SOURCE, inquiry_title
from crm.catalogue.vehicle import Vehicle
from crm.db.transaction import Row, Transaction
from crm.fields import parse_fields
from crm.leads.fields import LeadFields, LeadMove
from crm.leads.leads import create_lead
from crm.leads.moves import move_lead
from crm.leads.pipeline import get_default_pipeline

MOST_OPEN = 5
MESSAGES = (
    "Is it still for sale? I could come by on Saturday.",
    "Would you take my old car in part payment?",
    "How many owners did it have, and is the service book complete?",
    "What would it cost a month over four years, without a down payment?",
    "Can I have it checked by my own workshop before I buy?",
)


@dataclass(slots=True)
class Inquirers:
    """`open` are the inquiries that are neither won nor lost yet, oldest first."""

    open: list[int] = field(default_factory=list)

    def ask(self, tx: Transaction, rng: random.Random, vehicle: Vehicle) -> None:
        """By somebody among the latest clients; nobody where there is none."""
        clients = tx.all(LATEST)
        if not clients:
            return
        client = rng.choice(clients)
        self.open.append(create_lead(tx, _lead(rng, client, vehicle)).id)
        if len(self.open) > MOST_OPEN:
            _close(tx, self.open.pop(0), lost=rng.random() < 0.6)


LATEST = """
    SELECT id, owner_id
      FROM clients
     WHERE workspace_id = :workspace_id
       AND deleted_at IS NULL
     ORDER BY id DESC
     LIMIT 20
"""


def _lead(rng: random.Random, client: Row, vehicle: Vehicle) -> LeadFields:
    said = {
        "title": inquiry_title(vehicle),
        "client_id": client["id"],
        "owner_id": client["owner_id"],
        "source": SOURCE,
        "value": vehicle.price or 0,
        "details": f"{rng.choice(MESSAGES)}\n\n{vehicle.name}, stock number {vehicle.stock_number}",
    }
    return parse_fields(LeadFields, said)


def _close(tx: Transaction, lead_id: int, *, lost: bool) -> None:
    wanted = "lost" if lost else "won"
    stage = next(stage for stage in get_default_pipeline(tx).stages if stage.kind == wanted)
    reason = "Bought elsewhere" if lost else None
    move_lead(tx, lead_id, LeadMove(stage_id=stage.id, lost_reason=reason))
