"""Made-up deals: cash, finance and lease, some of them delivered or cancelled."""

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crm import clock
from crm.accounts.users import list_users
from crm.db.transaction import Transaction
from crm.deals.deal import Deal
from crm.deals.deal_fields import DealFields
from crm.deals.deal_states import approve_deal, cancel_deal, deliver_deal, submit_deal
from crm.deals.deals import create_deal
from crm.deals.scenarios import activate_scenario, add_scenario
from crm.deals.terms import ScenarioTerms
from crm.fields import parse_fields
from crm.records.examples import made_before

REASONS = ("Bought elsewhere", "No credit", "Changed their mind")
ENDS = ("draft", "pending", "approved", *["delivered"] * 4, "cancelled")
GOODS = (("Winter tyres", 640), ("Extended warranty", 890), ("Tow bar", 520), ("Roof box", 410))
EXTRAS: dict[str, Any] = {
    "accessories": [{"title": "Paint protection", "amount": 390, "cost": 140}],
    "fees": [{"title": "Registration and plates", "amount": 120, "taxable": False, "cost": 75}],
}
OLD = (("Volkswagen", "Polo"), ("Ford", "Fiesta"), ("Opel", "Corsa"), ("Toyota", "Yaris"), ("Škoda", "Fabia"))
TAGS = ("Fleet", "Repeat customer", "From the website")
MARK = "Made-up deal"


@dataclass(slots=True)
class Desk:
    rng: random.Random
    made: int = 0

    def go_on(self, tx: Transaction, count: int) -> None:
        for _ in range(self.made, count):
            _close(tx, self.rng, create_deal(tx, _fields(tx, self.rng)))
        self.made = max(self.made, count)


def begin_deals(tx: Transaction, rng: random.Random) -> Desk:
    """Continues with the deals of an earlier run. Raises Conflict if people entered some."""
    made = made_before(tx, rng, "deals", "COALESCE(notes, '') <> :mark", mark=MARK)
    return Desk(rng, made)


def _fields(tx: Transaction, rng: random.Random) -> DealFields:
    title, price = rng.choice(GOODS)
    vehicle_id = _some(tx, "vehicles", rng, "AND status = 'available'")
    given: dict[str, Any] = {
        "client_id": _some(tx, "clients", rng),
        "vehicle_id": vehicle_id,
        "salesperson_id": _seller(tx, rng),
        "lines": [{"title": title, "quantity": 1, "unit_price": price}],
        "trade_ins": [_trade_in(rng)] if vehicle_id is not None and rng.random() < 0.3 else [],
        "tags": [rng.choice(TAGS)] if rng.random() < 0.3 else [],
        "notes": MARK,
        "scenario": {"name": "Cash", "kind": "cash", **EXTRAS},
    }
    return parse_fields(DealFields, given)


def _seller(tx: Transaction, rng: random.Random) -> int | None:
    """One who works here; without any, whoever the server is."""
    sellers = [each.id for each in list_users(tx) if each.disabled_at is None and each.role != "viewer"]
    return rng.choice(sellers) if sellers else tx.actor.user_id


def _trade_in(rng: random.Random) -> dict[str, Any]:
    make, model = rng.choice(OLD)
    allowance = rng.randint(8, 30) * 100
    return {
        "year": clock.now().year - rng.randint(8, 14),
        "make": make,
        "model": model,
        "vin": f"WZZZZT{rng.randrange(10**11):011}",
        "mileage": rng.randint(60, 180) * 1000,
        "allowance": allowance,
        "payoff": rng.choice((0, 0, round(allowance * 0.3))),
    }


def _close(tx: Transaction, rng: random.Random, deal: Deal) -> None:
    """With two other ways to pay, of which one may be chosen, as far as it came."""
    down = Decimal(round(deal.total * 0.1))
    finance = {"name": "Finance", "kind": "finance", "term": 48, "apr": Decimal("4.9"), "down_payment": down}
    finance["reserve"] = Decimal(round(deal.total * 0.015))
    lease = {"name": "Lease", "kind": "lease", "term": 36, "apr": Decimal("3.6")}
    lease["residual"] = Decimal(round(deal.total * 0.45))
    ways = [
        add_scenario(tx, deal.id, parse_fields(ScenarioTerms, each | EXTRAS)) for each in (finance, lease)
    ]
    chosen = rng.choice((None, *ways))
    if chosen is not None:
        activate_scenario(tx, deal.id, chosen.id)
    _end(tx, rng, deal)


def _end(tx: Transaction, rng: random.Random, deal: Deal) -> None:
    end = rng.choice(ENDS)
    if end == "cancelled":
        cancel_deal(tx, deal.id, rng.choice(REASONS))
        return
    steps = {"pending": 1, "approved": 2, "delivered": 3}
    for step in (submit_deal, approve_deal, deliver_deal)[: steps.get(end, 0)]:
        if step is not deliver_deal or deal.client_id is not None:
            step(tx, deal.id)


def _some(tx: Transaction, table: str, rng: random.Random, among: str = "") -> int | None:
    rows = tx.all(
        f"""
        SELECT id
          FROM {table}
         WHERE workspace_id = :workspace_id
           AND deleted_at IS NULL
           {among}
         ORDER BY id
         LIMIT 200
        """
    )
    return int(rng.choice(rows)["id"]) if rows else None
