"""/api/deals/{id}/scenarios: ways to pay for a deal, their figures and amortisation tables."""

from typing import Any

from flask import Blueprint, Response, url_for
from pydantic import BaseModel, ConfigDict, Field

from crm.db.keyset import Page
from crm.deals.scenario import Scenario, get_scenario
from crm.deals.scenarios import (
    activate_scenario,
    add_scenario,
    calculate_scenario,
    change_scenario,
    get_schedule,
    list_scenarios,
    remove_scenario,
)
from crm.deals.schedules import PlannedPayment
from crm.deals.terms import ScenarioTerms
from crm.fields import MAX_ID
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers

blueprint = Blueprint("api_scenarios", __name__, url_prefix="/api/deals/<id:deal_id>/scenarios")


class OnTopOf(BaseModel):
    """A scenario whose terms hold where none are given."""

    model_config = ConfigDict(extra="forbid")

    scenario_id: int | None = Field(None, ge=1, le=MAX_ID)


@blueprint.get("")
@permit("deals.read")
@contract(result=Scenario, many=True)
def list_all(deal_id: int) -> Response:
    """List the scenarios of a deal with their figures"""
    return answers.page(Page(read(list_scenarios, deal_id), None))


@blueprint.post("")
@permit("deals.write")
@contract(body=ScenarioTerms, result=Scenario, status=201, refusals=(409,))
def create(deal_id: int) -> Response:
    """Add a scenario to a deal"""
    given = json_body(ScenarioTerms)
    return answer_once(lambda tx: add_scenario(tx, deal_id, given), _created)


@blueprint.post("/calculate")
@permit("deals.read")
@contract(body=ScenarioTerms, query=OnTopOf, result=dict[str, Any])
def calculate(deal_id: int) -> Response:
    """Compute the figures of terms without storing anything"""
    given, wanted = json_body(ScenarioTerms), query(OnTopOf)
    return answers.data(read(calculate_scenario, deal_id, given, wanted.scenario_id))


@blueprint.get("/<id:scenario_id>")
@permit("deals.read")
@contract(result=Scenario)
def get(deal_id: int, scenario_id: int) -> Response:
    """Get a scenario"""
    return _answer(read(get_scenario, deal_id, scenario_id))


@blueprint.patch("/<id:scenario_id>")
@permit("deals.write")
@contract(body=ScenarioTerms, result=Scenario, refusals=(409, 412))
def patch(deal_id: int, scenario_id: int) -> Response:
    """Change some terms of a scenario; the others stay"""
    given, version = json_body(ScenarioTerms), expected_version()
    return _answer(write(change_scenario, deal_id, scenario_id, given, expected_version=version))


@blueprint.delete("/<id:scenario_id>")
@permit("deals.write")
@contract(status=204, refusals=(409, 412))
def delete(deal_id: int, scenario_id: int) -> Response:
    """Remove a scenario that is not the active one"""
    write(remove_scenario, deal_id, scenario_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:scenario_id>/activate")
@permit("deals.write")
@contract(result=Scenario, refusals=(409, 412))
def activate(deal_id: int, scenario_id: int) -> Response:
    """Make a scenario the active one of its deal"""
    version = expected_version()
    return answer_once(
        lambda tx: activate_scenario(tx, deal_id, scenario_id, expected_version=version), _answer
    )


@blueprint.get("/<id:scenario_id>/schedule")
@permit("deals.read")
@contract(result=PlannedPayment, many=True)
def schedule(deal_id: int, scenario_id: int) -> Response:
    """List the payments of a finance: interest, principal and what is still owed"""
    return answers.page(Page(read(get_schedule, deal_id, scenario_id), None))


def _created(scenario: Scenario) -> Response:
    address = url_for("api_scenarios.get", deal_id=scenario.deal_id, scenario_id=scenario.id)
    return answers.created(scenario, address, version=scenario.version)


def _answer(scenario: Scenario) -> Response:
    return answers.data(scenario, version=scenario.version)
