"""Makes a deal and delivers it, in processes that die by `kill -9` at one statement after the other.

Each line printed is one process: its story, the step before which it died ("" when it lived), and what a
fresh one finds then. The database is opened in forks alone.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.transaction import Transaction
from crm.deals.deal_fields import DealFields
from crm.deals.deal_states import approve_deal, deliver_deal, submit_deal
from crm.deals.deals import create_deal
from crm.fields import parse_fields
from crm.kinds import open_database
from tests.support.forks import in_fork
from tests.support.mortal import run_until
from tests.support.places import settings_below

MOST_STEPS = 400
COUNTED = (
    "deals WHERE deleted_at IS NULL", "deals WHERE state = 'delivered'", "scenarios WHERE active = 1",
    "clients WHERE name = 'Ada'", "issued_numbers WHERE kind = 'deal'",
    "issued_numbers WHERE kind = 'stock'",
    "vehicles WHERE status = 'available'", "vehicles WHERE status = 'pending'",
    "vehicles WHERE status = 'sold'", "vehicles WHERE status = 'withdrawn'",
    "deal_trade_ins WHERE vehicle_id IS NOT NULL", "leads WHERE status = 'won'",
    "activities WHERE action = 'deal.created'", "activities WHERE action = 'deal.delivered'",
)  # fmt: skip


def main(folder: str, workspace: str, user: str, vehicle: str, lead: str) -> None:
    settings, who = settings_below(Path(folder)), Actor(int(workspace), int(user))
    for story, work in (
        ("create", partial(_create, settings, who, int(vehicle), int(lead))),
        ("deliver", partial(_deliver, settings, who)),
    ):
        for fatal in range(1, MOST_STEPS):
            step = run_until(fatal, settings.upload_folder, work)
            found = in_fork(partial(_look, settings, who))
            sys.stdout.write(f"{json.dumps([story, step, found])}\n")
            if not step:
                break
        in_fork(partial(_approve, settings, who))


def _create(settings: Settings, who: Actor, vehicle: int, lead: int) -> None:
    given = {
        "client": {"name": "Ada"}, "vehicle_id": vehicle, "lead_id": lead,
        "lines": [{"title": "Mats", "unit_price": 50}], "tags": ["spring"],
        "trade_ins": [{"year": 2015, "make": "VW", "model": "Polo", "allowance": 900}],
    }  # fmt: skip
    database = open_database(settings)
    database.write(create_deal, who, parse_fields(DealFields, given))
    database.close()


def _deliver(settings: Settings, who: Actor) -> None:
    database = open_database(settings)
    database.write(deliver_deal, who, database.read(_the_deal, who))
    database.close()


def _approve(settings: Settings, who: Actor, tell: Callable[[str], object]) -> None:
    database = open_database(settings)
    if database.read(_state, who) == "draft":
        deal = database.read(_the_deal, who)
        database.write(submit_deal, who, deal)
        database.write(approve_deal, who, deal)
    database.close()
    tell("")


def _the_deal(tx: Transaction) -> int:
    """A server gives the number of a deal that was never stored to no other."""
    return int(tx.value("SELECT id FROM deals WHERE workspace_id = :workspace_id"))


def _state(tx: Transaction) -> str:
    return str(tx.value("SELECT state FROM deals WHERE workspace_id = :workspace_id"))


def _look(settings: Settings, who: Actor, tell: Callable[[str], object]) -> None:
    database = open_database(settings)
    tell(database.read(_counts, who))
    database.close()


def _counts(tx: Transaction) -> str:
    """Of all that a deal takes with it."""
    counts = [tx.value(f"SELECT count(*) FROM {what} AND workspace_id = :workspace_id") for what in COUNTED]
    return " ".join(map(str, counts))


if __name__ == "__main__":
    main(*sys.argv[1:])
