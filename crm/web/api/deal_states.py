"""/api/deals/{id}: a deal's client and the steps of its state."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from flask import Blueprint, Response

from crm.db.transaction import Transaction
from crm.deals.deal import Deal
from crm.deals.deal_clients import attach_client
from crm.deals.deal_fields import ClientOfDeal, DealAmendment, DealCancellation, DealReturn
from crm.deals.deal_states import (
    amend_deal,
    approve_deal,
    cancel_deal,
    deliver_deal,
    reopen_deal,
    submit_deal,
)
from crm.deals.returns import return_deal
from crm.deals.scenario import Scenario, scenarios_of
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body
from crm.web.responses import answers

blueprint = Blueprint("api_deal_states", __name__, url_prefix="/api/deals")


@dataclass
class WholeDeal(Deal):
    """A deal with its scenarios."""

    scenarios: list[Scenario]


@blueprint.post("/<id:deal_id>/client")
@permit("deals.write")
@contract(body=ClientOfDeal, result=WholeDeal, refusals=(409, 412))
def attach(deal_id: int) -> Response:
    """Give a deal its client; another one only by replace, with the reason"""
    return _step(deal_id, attach_client, json_body(ClientOfDeal))


@blueprint.post("/<id:deal_id>/submit")
@permit("deals.write")
@contract(result=WholeDeal, refusals=(409, 412))
def submit(deal_id: int) -> Response:
    """Submit a draft for approval"""
    return _step(deal_id, submit_deal)


@blueprint.post("/<id:deal_id>/reopen")
@permit("deals.write")
@contract(result=WholeDeal, refusals=(409, 412))
def reopen(deal_id: int) -> Response:
    """Make a pending deal a draft again"""
    return _step(deal_id, reopen_deal)


@blueprint.post("/<id:deal_id>/approve")
@permit("deals.approve")
@contract(result=WholeDeal, refusals=(409, 412))
def approve(deal_id: int) -> Response:
    """Approve a pending deal"""
    return _step(deal_id, approve_deal)


@blueprint.post("/<id:deal_id>/deliver")
@permit("deals.write")
@contract(result=WholeDeal, refusals=(409, 412))
def deliver(deal_id: int) -> Response:
    """Deliver an approved deal: its vehicle is sold, its lead won, its trade-ins are in stock"""
    return _step(deal_id, deliver_deal)


@blueprint.post("/<id:deal_id>/cancel")
@permit("deals.write")
@contract(body=DealCancellation, result=WholeDeal, refusals=(409, 412))
def cancel(deal_id: int) -> Response:
    """Cancel a deal that is not delivered, with the reason"""
    return _step(deal_id, cancel_deal, json_body(DealCancellation).reason)


@blueprint.post("/<id:deal_id>/return")
@permit("deals.write")
@contract(body=DealReturn, result=WholeDeal, refusals=(409, 412))
def take_back(deal_id: int) -> Response:
    """Take back what was delivered: its vehicle is available again, its products are in stock"""
    return _step(deal_id, return_deal, json_body(DealReturn).reason)


@blueprint.post("/<id:deal_id>/amendments")
@permit("deals.write")
@contract(body=DealAmendment, result=WholeDeal, refusals=(409,))
def amend(deal_id: int) -> Response:
    """Write down what was agreed after the delivery"""
    text = json_body(DealAmendment).text
    return answer_once(lambda tx: whole_deal(tx, amend_deal(tx, deal_id, text)), _answer)


def whole_deal(tx: Transaction, deal: Deal) -> WholeDeal:
    own = {each.name: getattr(deal, each.name) for each in fields(Deal)}
    return WholeDeal(**own, scenarios=scenarios_of(tx, deal.id))


def _step(deal_id: int, operation: Callable[..., Deal], *given: Any) -> Response:
    version = expected_version()

    def run(tx: Transaction) -> WholeDeal:
        return whole_deal(tx, operation(tx, deal_id, *given, expected_version=version))

    return answer_once(run, _answer)


def _answer(deal: WholeDeal) -> Response:
    return answers.data(deal, version=deal.version)
