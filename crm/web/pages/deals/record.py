"""The page of a deal: facts, desk, tasks, files and timeline; its state is moved in place."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

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
from crm.deals.kind import DEAL
from crm.deals.returns import return_deal
from crm.deals.scenario import scenarios_of
from crm.errors import Conflict, Forbidden, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.pages.deals.scenario_form import texts_of
from crm.web.records.page import RecordPage, record_blueprint
from crm.web.requests.forms import form_version, number_from, typed
from crm.web.requests.picking import refuse_search
from crm.web.requests.reading import write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of

FROZEN = ("delivered", "cancelled")


def _more(tx: Transaction, deal: Deal) -> dict[str, Any]:
    """Each scenario with its terms as its form holds them."""
    found = [(each, texts_of(each)) for each in scenarios_of(tx, deal.id)]
    return {"scenarios": found, "open": deal.state not in FROZEN}


blueprint = record_blueprint(RecordPage(DEAL, "deals/record.html", _more))

STEPS: dict[str, Callable[..., Deal]] = {
    "submit": submit_deal,
    "reopen": reopen_deal,
    "deliver": deliver_deal,
}


@blueprint.post("/state")
@permit("deals.write")
def move(deal_id: int) -> ResponseReturnValue:
    """The step that the button names."""
    step = STEPS.get(request.form.get("step", ""))
    if step is None:
        complain(_("There is no such step."))
        return _back(deal_id)
    return _done(deal_id, step)


@blueprint.post("/approve")
@permit("deals.approve")
def approve(deal_id: int) -> ResponseReturnValue:
    return _done(deal_id, approve_deal)


@blueprint.post("/cancel")
@permit("deals.write")
def cancel(deal_id: int) -> ResponseReturnValue:
    return _with(
        deal_id, cancel_deal, lambda: parse_fields(DealCancellation, {"reason": typed("reason")}).reason
    )


@blueprint.post("/return")
@permit("deals.write")
def take_back(deal_id: int) -> ResponseReturnValue:
    return _with(deal_id, return_deal, lambda: parse_fields(DealReturn, {"reason": typed("reason")}).reason)


@blueprint.post("/amend")
@permit("deals.write")
def amend(deal_id: int) -> ResponseReturnValue:
    try:
        write(amend_deal, deal_id, parse_fields(DealAmendment, {"text": typed("text")}).text)
    except (Invalid, Conflict) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(deal_id)


@blueprint.post("/client")
@permit("deals.write")
def attach(deal_id: int) -> ResponseReturnValue:
    return _with(deal_id, attach_client, _chosen_client)


def _chosen_client() -> ClientOfDeal:
    refuse_search("client_id")
    given = {
        "client_id": number_from(typed("client_id"), "client_id"),
        "replace": "replace" in request.form,
        "reason": typed("reason") or None,
    }
    return parse_fields(ClientOfDeal, given)


def _with(deal_id: int, operation: Any, given: Callable[[], Any]) -> Response:
    try:
        what = given()
    except Invalid as error:
        complain(sentence_of(error))
        return _back(deal_id)
    return _done(deal_id, operation, what)


def _done(deal_id: int, operation: Any, *given: Any) -> Response:
    try:
        write(operation, deal_id, *given, expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
    except (Invalid, Conflict, Forbidden) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(deal_id)


def _back(deal_id: int) -> Response:
    return redirect(url_for("deal_record.show", deal_id=deal_id), 303)
