"""A scenario as it is read, and its figures from its terms and its deal."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from pydantic import Field

from crm import clock
from crm.catalogue.costs import sees_costs
from crm.catalogue.vehicle import get_vehicle
from crm.catalogue.vehicle_fields import as_number
from crm.db.transaction import Row, Transaction
from crm.deals.calculation import Figures, Rules, calculate, schedule_of
from crm.deals.deal import Deal, Line
from crm.deals.deal_lines import costs_of_lines
from crm.deals.pricing import rounded
from crm.deals.rules import rules_in_force
from crm.deals.schedules import Installment
from crm.deals.terms import ScenarioTerms
from crm.errors import Invalid, Sentence
from crm.records.skeleton import Skeleton, existing

SCENARIO_RECORD = Skeleton("scenario", "scenarios", Sentence("scenario"), ("name", "kind", "active"))
OF_COSTS = ("cost", "reconditioning", "reserve")
FROM_DEAL = frozenset({"price", "cost", "reconditioning", "trade_allowance", "trade_payoff"})
OF_GROSS = ("gross_front", "gross_back", "hidden_tax")


@dataclass(frozen=True)
class Scenario:
    """`terms` are those that were given: `price`, `cost` and the trade-in's amounts come of the deal where
    they were left out. `figures` are what they come to, with costs and gross for owners and admins alone.
    """

    id: int
    deal_id: int
    name: str
    kind: str
    active: bool
    terms: Annotated[dict[str, Any], Field(title="Stored terms")]
    figures: dict[str, Any]
    version: int
    created_at: str
    updated_at: str


SCENARIOS = """
SELECT s.id, s.deal_id, s.name, s.kind, s.active, s.terms, s.figures, s.version, s.created_at, s.updated_at
  FROM scenarios s
 WHERE s.workspace_id = :workspace_id
   AND s.deal_id = :deal_id
   AND s.deleted_at IS NULL
"""


def scenarios_of(tx: Transaction, deal_id: int) -> list[Scenario]:
    """In the order in which they were made."""
    with_costs = sees_costs(tx)
    return [
        _scenario_of(row, with_costs=with_costs)
        for row in tx.all(f"{SCENARIOS} ORDER BY s.id", deal_id=deal_id)
    ]


def get_scenario(tx: Transaction, deal_id: int, scenario_id: int) -> Scenario:
    """Raises NotFound unless it is one of the deal's."""
    row = tx.one(f"{SCENARIOS} AND s.id = :scenario_id", deal_id=deal_id, scenario_id=scenario_id)
    return existing(SCENARIO_RECORD, _scenario_of(row, with_costs=sees_costs(tx)) if row else None)


def terms_of(tx: Transaction, scenario_id: int) -> ScenarioTerms:
    """As they were given, with costs."""
    text = tx.value(
        "SELECT terms FROM scenarios WHERE workspace_id = :workspace_id AND id = :scenario_id",
        scenario_id=scenario_id,
    )
    return ScenarioTerms.model_validate(orjson.loads(text))


def figures_of(tx: Transaction, deal: Deal, terms: ScenarioTerms) -> Figures:
    """Raises Invalid."""
    whole = with_deal(tx, deal, terms)
    return calculate(whole, rules_for(tx, deal, terms), deal.currency, today_of(tx))


def schedule_for(tx: Transaction, deal: Deal, terms: ScenarioTerms) -> list[Installment]:
    return schedule_of(with_deal(tx, deal, terms), rules_for(tx, deal, terms), deal.currency, today_of(tx))


def rules_for(tx: Transaction, deal: Deal, terms: ScenarioTerms) -> Rules:
    """Lines without tax or with a rate of their own are taxed so, unless somebody set the whole price."""
    if "price" in terms.model_fields_set:
        return rules_in_force(tx)
    untaxed = (_amount_of(line, deal.currency) for line in deal.lines if not line.taxable)
    own: dict[Decimal, Decimal] = {}
    for line in deal.lines:
        if line.taxable and line.tax_rate is not None:
            rate = _decimal(line.tax_rate)
            own[rate] = own.get(rate, Decimal(0)) + _amount_of(line, deal.currency)
    return rules_in_force(tx).with_parts(sum(untaxed, Decimal(0)), tuple(own.items()))


def with_deal(tx: Transaction, deal: Deal, terms: ScenarioTerms) -> ScenarioTerms:
    """With what the terms leave out: the price and cost of vehicle and lines, and what trade-ins come to.

    A cost that is given stands for all of it.
    """
    lines = sum((_amount_of(line, deal.currency) for line in deal.lines), Decimal(0))
    found = {
        "price": lines,
        "cost": costs_of_lines(tx, deal.lines),
        "trade_allowance": sum((_decimal(each.allowance) for each in deal.trade_ins), Decimal(0)),
        "trade_payoff": sum((_decimal(each.payoff) for each in deal.trade_ins), Decimal(0)),
    }
    if deal.vehicle_id is not None:
        vehicle = get_vehicle(tx, deal.vehicle_id, with_costs=True)
        spent = [_decimal(each.amount) for each in vehicle.reconditioning or ()]
        found["price"] += _decimal(vehicle.price)
        found["cost"] += _decimal(vehicle.cost)
        found["reconditioning"] = sum(spent, Decimal(0))
    left_out = found.keys() - terms.model_fields_set
    if "cost" in terms.model_fields_set:
        left_out -= {"reconditioning"}
    return terms.model_copy(update={name: found[name] for name in left_out})


def today_of(tx: Transaction) -> date:
    """In the workspace's time zone."""
    zone = tx.value("SELECT timezone FROM workspaces WHERE id = :workspace_id")
    return clock.from_text(tx.now).astimezone(ZoneInfo(zone)).date()


def figures_shown(figures: Figures, *, with_costs: bool) -> dict[str, Any]:
    """As programs read them: numbers in major units, without the gross where it is not for the reader."""
    shown: dict[str, Any] = _plain(asdict(figures))
    return shown if with_costs else without_gross(shown)


def without_gross(figures: dict[str, Any]) -> dict[str, Any]:
    pricing = {name: value for name, value in figures["pricing"].items() if name not in OF_GROSS}
    return {**figures, "pricing": pricing}


def refuse_costs(tx: Transaction, terms: ScenarioTerms) -> None:
    """Raises Invalid naming each cost that somebody gives who may not see costs."""
    if sees_costs(tx):
        return
    given = [name for name in OF_COSTS if name in terms.model_fields_set and getattr(terms, name)]
    given += [f"{part}.{place}.cost" for part in ("accessories", "fees")
              for place, each in enumerate(getattr(terms, part)) if each.cost]  # fmt: skip
    if given:
        raise Invalid.field(given[0], "is for owners and admins alone")


def _scenario_of(row: Row, *, with_costs: bool) -> Scenario:
    terms, figures = orjson.loads(row["terms"]), orjson.loads(row["figures"])
    if not with_costs:
        figures = without_gross(figures)
        terms = {name: without_cost(value) for name, value in terms.items() if name not in OF_COSTS}
    return Scenario(**row | {"terms": terms, "figures": figures, "active": bool(row["active"])})


def without_cost(value: Any) -> Any:
    """A term, without what accessories and fees cost the seller."""
    if not isinstance(value, list):
        return value
    return [{name: part for name, part in each.items() if name != "cost"} for each in value]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return as_number(value) if isinstance(value, Decimal) else value


def _amount_of(line: Line, currency: str) -> Decimal:
    return rounded(_decimal(line.quantity) * _decimal(line.unit_price), currency)


def _decimal(value: float | None) -> Decimal:
    return Decimal(str(value or 0))
