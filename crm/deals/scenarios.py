"""The scenarios of a deal: ways to pay for it, one of which is active."""

from collections.abc import Collection
from typing import Any

import orjson

from crm.activity import activity
from crm.catalogue.costs import sees_costs
from crm.db.transaction import Transaction
from crm.deals.deal import Deal, get_deal
from crm.deals.scenario import (
    FROM_DEAL,
    OF_COSTS,
    SCENARIO_RECORD,
    Scenario,
    figures_of,
    figures_shown,
    get_scenario,
    refuse_costs,
    scenarios_of,
    schedule_for,
    terms_of,
    without_cost,
)
from crm.deals.scenario_rows import given_terms, insert_scenario, note_active, store_figures
from crm.deals.schedules import PlannedPayment, planned_payment
from crm.deals.terms import Extra, ScenarioTerms
from crm.errors import Conflict, Sentence
from crm.records.skeleton import refuse_stale

MOST_SCENARIOS = 20


def list_scenarios(tx: Transaction, deal_id: int) -> list[Scenario]:
    """Raises NotFound."""
    return scenarios_of(tx, get_deal(tx, deal_id).id)


def add_scenario(tx: Transaction, deal_id: int, terms: ScenarioTerms) -> Scenario:
    """The first one of a deal is its active one. Raises NotFound, Invalid, and Conflict for too many."""
    deal = get_deal(tx, deal_id)
    refuse_frozen(tx, deal)
    known = scenarios_of(tx, deal_id)
    if len(known) >= MOST_SCENARIOS:
        raise Conflict(Sentence("A deal can have at most {n} scenarios.", n=MOST_SCENARIOS))
    refuse_costs(tx, terms)
    figures = figures_of(tx, deal, terms)
    scenario_id = insert_scenario(tx, deal_id, terms, figures, active=not known)
    if not known:
        note_active(tx, deal_id, figures)
    facts = {name: value for name, value in _facts(terms).items() if value is not None}
    after = facts | {"active": not known}
    activity.record(tx, "scenario.created", "scenario", scenario_id, after=after, subject=("deal", deal_id))
    return get_scenario(tx, deal_id, scenario_id)


def change_scenario(
    tx: Transaction,
    deal_id: int,
    scenario_id: int,
    changes: ScenarioTerms,
    *,
    cleared: Collection[str] = (),
    expected_version: int | None = None,
) -> Scenario:
    """Write the given terms; those that are `cleared` are left out again, the others stay.

    Raises NotFound, Stale, Invalid and Conflict.
    """
    deal, old = get_deal(tx, deal_id), get_scenario(tx, deal_id, scenario_id)
    refuse_stale(SCENARIO_RECORD, old, expected_version)
    refuse_frozen(tx, deal)
    refuse_costs(tx, changes)
    before = terms_of(tx, scenario_id)
    terms = _merged(before, changes, cleared, keep_costs=not sees_costs(tx))
    if _alike(terms, before):
        return old
    store_figures(tx, deal, scenario_id, terms, figures_of(tx, deal, terms), active=old.active)
    earlier, later = activity.changes(_facts(before), _facts(terms))
    activity.record(
        tx,
        "scenario.changed",
        "scenario",
        scenario_id,
        before=earlier,
        after=later,
        subject=("deal", deal_id),
    )
    return get_scenario(tx, deal_id, scenario_id)


def activate_scenario(
    tx: Transaction, deal_id: int, scenario_id: int, *, expected_version: int | None = None
) -> Scenario:
    """Make it the one by which the deal is paid. Raises NotFound, Stale and Conflict."""
    deal, scenario = get_deal(tx, deal_id), get_scenario(tx, deal_id, scenario_id)
    refuse_stale(SCENARIO_RECORD, scenario, expected_version)
    refuse_frozen(tx, deal)
    if scenario.active:
        return scenario
    former = next((each for each in scenarios_of(tx, deal_id) if each.active), None)
    for chosen, which in ((0, "active = 1"), (1, "id = :scenario_id")):
        tx.run(
            f"""
            UPDATE scenarios
               SET active = {chosen}, version = version + 1, updated_at = :now
             WHERE workspace_id = :workspace_id
               AND deal_id = :deal_id
               AND {which}
               AND deleted_at IS NULL
            """,
            deal_id=deal_id,
            **({"scenario_id": scenario_id} if chosen else {}),
        )
    note_active(tx, deal_id, figures_of(tx, deal, terms_of(tx, scenario_id)))
    _record_choice(tx, former, scenario)
    return get_scenario(tx, deal_id, scenario_id)


def _record_choice(tx: Transaction, former: Scenario | None, chosen: Scenario) -> None:
    """Of both: who follows the changes knows by these which one is active."""
    subject = ("deal", chosen.deal_id)
    if former is not None:
        was, now = {"active": True}, {"active": False}
        activity.record(tx, "scenario.changed", "scenario", former.id, before=was, after=now, subject=subject)
    named = {"name": chosen.name, "kind": chosen.kind, "active": True}
    activity.record(tx, "scenario.chosen", "scenario", chosen.id, after=named, subject=subject)


def remove_scenario(
    tx: Transaction, deal_id: int, scenario_id: int, *, expected_version: int | None = None
) -> None:
    """Raises NotFound, Stale, and Conflict for the active one."""
    deal, scenario = get_deal(tx, deal_id), get_scenario(tx, deal_id, scenario_id)
    refuse_stale(SCENARIO_RECORD, scenario, expected_version)
    refuse_frozen(tx, deal)
    if scenario.active:
        raise Conflict("The active scenario stays. Choose another one first.")
    tx.run(
        """
        UPDATE scenarios
           SET deleted_at = :now, version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :scenario_id
        """,
        scenario_id=scenario_id,
    )
    named = {"name": scenario.name, "kind": scenario.kind}
    activity.record(tx, "scenario.deleted", "scenario", scenario_id, before=named, subject=("deal", deal_id))


def calculate_scenario(
    tx: Transaction,
    deal_id: int,
    terms: ScenarioTerms,
    scenario_id: int | None = None,
    *,
    cleared: Collection[str] = (),
) -> dict[str, Any]:
    """The figures of terms while they are typed, perhaps on top of a scenario's; nothing is stored."""
    deal = get_deal(tx, deal_id)
    refuse_costs(tx, terms)
    if scenario_id is not None:
        get_scenario(tx, deal_id, scenario_id)
        terms = _merged(terms_of(tx, scenario_id), terms, cleared, keep_costs=not sees_costs(tx))
    return figures_shown(figures_of(tx, deal, terms), with_costs=sees_costs(tx))


def get_schedule(tx: Transaction, deal_id: int, scenario_id: int) -> list[PlannedPayment]:
    """The amortisation table. Raises NotFound."""
    get_scenario(tx, deal_id, scenario_id)
    table = schedule_for(tx, get_deal(tx, deal_id), terms_of(tx, scenario_id))
    return [planned_payment(row) for row in table]


def calculate_anew(tx: Transaction, deal_id: int) -> None:
    """All scenarios, since the deal has other vehicles or lines. Raises Invalid."""
    deal = get_deal(tx, deal_id)
    for scenario in scenarios_of(tx, deal_id):
        terms = terms_of(tx, scenario.id)
        store_figures(tx, deal, scenario.id, terms, figures_of(tx, deal, terms), active=scenario.active)


def refuse_frozen(tx: Transaction, deal: Deal) -> None:
    """Raises Conflict where a deal's terms are settled."""
    if deal.state == "delivered":
        raise Conflict("This deal is delivered. What is agreed from now on is an amendment.")
    if deal.state == "cancelled":
        raise Conflict("This deal is cancelled.")
    if deal.state == "approved" and not sees_costs(tx):
        raise Conflict("This deal is approved. Only owners and admins change it now.")


def _facts(terms: ScenarioTerms) -> dict[str, Any]:
    """For the ledger, as the API has the terms: what everybody who sees deals may know."""
    given = orjson.loads(orjson.dumps(given_terms(terms), default=str))
    shown = dict.fromkeys(ScenarioTerms.model_fields) | given
    named = {"name": terms.name, "kind": terms.kind}
    return {name: without_cost(value) for name, value in (shown | named).items() if name not in OF_COSTS}


def _merged(
    old: ScenarioTerms, new: ScenarioTerms, cleared: Collection[str], *, keep_costs: bool
) -> ScenarioTerms:
    """`keep_costs` for those who do not see them: an extra keeps that of the one of its name."""
    given = {name: getattr(new, name) for name in new.model_fields_set}
    for part in ("accessories", "fees"):
        if keep_costs and part in given:
            given[part] = _with_costs(given[part], getattr(old, part))
    merged = old.model_copy(update=given)
    gone = set(cleared) - (set(OF_COSTS) if keep_costs else set())
    kept = {name: value for name, value in given_terms(merged).items() if name not in gone}
    return ScenarioTerms.model_validate(kept)


def _alike(one: ScenarioTerms, other: ScenarioTerms) -> bool:
    """Whether they come to the same, also when the deal changes."""
    from_deal = FROM_DEAL & one.model_fields_set == FROM_DEAL & other.model_fields_set
    return from_deal and one.model_dump() == other.model_dump()


def _with_costs(extras: list[Extra], earlier: list[Extra]) -> list[Extra]:
    costs = {each.title: each.cost for each in earlier}
    return [each.model_copy(update={"cost": costs.get(each.title, each.cost)}) for each in extras]
