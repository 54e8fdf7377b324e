"""Deals as tests need them."""

from typing import Any

from crm.catalogue.product_fields import ProductFields
from crm.catalogue.products import create_product
from crm.catalogue.vehicle_fields import VehicleFields
from crm.catalogue.vehicles import create_vehicle
from crm.db.actor import Actor
from crm.db.database import Database
from crm.deals.deal import Deal
from crm.deals.deal_fields import DealFields
from crm.deals.deals import create_deal
from crm.deals.scenario import scenarios_of
from crm.deals.scenarios import add_scenario
from crm.deals.terms import ScenarioTerms
from crm.fields import parse_fields

ODD = " Ünï, “odd” & <b>'words'\"  "
TERMS: dict[str, Any] = {
    "name": ODD, "kind": "finance", "term": 48, "apr": "4.9", "down_payment": "1000.50",
    "accessories": [{"title": ODD, "amount": "99.90", "cost": "40"}],
    "fees": [{"title": "Title", "amount": "120", "taxable": False}],
    "rebates": [{"title": ODD, "amount": "500"}], "tax_rate": "7.25", "tax_base": "price_less_trade",
}  # fmt: skip


def add_deal(db: Database, actor: Actor, **given: Any) -> Deal:
    return db.write(create_deal, actor, parse_fields(DealFields, given))


def add_odd_deal(db: Database, owner: Actor, client_id: int, lead_id: int) -> dict[str, list[int]]:
    """With a vehicle, lines, a trade-in and three scenarios; ids by the names that addresses give them."""
    car = parse_fields(
        VehicleFields, {"year": 2021, "make": ODD, "model": "x", "price": 15_000, "cost": 9_000}
    )
    vehicle = db.write(create_vehicle, owner, car)
    old = {"year": 2010, "make": ODD, "model": "y", "allowance": 2_000, "payoff": "150.25"}
    mat = db.write(create_product, owner, parse_fields(ProductFields, {"name": ODD, "price": 5}))
    lines: list[dict[str, Any]] = [
        {"title": ODD, "quantity": "2.5", "unit_price": "19.99"},
        {"product_id": mat.id},
    ]
    deal = add_deal(
        db, owner, client_id=client_id, lead_id=lead_id, vehicle_id=vehicle.id, lines=lines, trade_ins=[old],
        notes="Line one\n\n\tLine <two>", scenario=TERMS,
    )  # fmt: skip
    lease = {"name": "Lease", "kind": "lease", "term": 36, "residual": 6_000, "money_factor": "0.00125"}
    for terms in ({"name": "Cash"}, lease):
        db.write(add_scenario, owner, deal.id, parse_fields(ScenarioTerms, terms))
    scenarios = [each.id for each in db.read(scenarios_of, owner, deal.id)]
    return {"deal_id": [deal.id], "scenario_id": scenarios}
