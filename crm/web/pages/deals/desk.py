"""The desk of a deal: its scenarios side by side, calculated by the server while they are typed."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from crm.db.transaction import Transaction
from crm.deals.deal import get_deal
from crm.deals.scenario import get_scenario
from crm.deals.scenarios import (
    activate_scenario,
    add_scenario,
    calculate_scenario,
    change_scenario,
    get_schedule,
    remove_scenario,
)
from crm.deals.terms import ScenarioTerms
from crm.errors import Conflict, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.requests.amounts import plain_amount
from crm.web.requests.forms import errors_of, form_version, number_from, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of

blueprint = Blueprint("deal_desk", __name__, url_prefix="/deals/<id:deal_id>/scenarios")

AMOUNTS = ("price", "discount", "down_payment", "apr", "residual", "balloon", "tax_rate")
TEXTS = ("name", "kind")
DAYS = ("first_payment_on",)


@blueprint.post("")
@permit("deals.write")
def create(deal_id: int) -> ResponseReturnValue:
    return _done(deal_id, lambda terms: write(add_scenario, deal_id, terms))


@blueprint.post("/<id:scenario_id>")
@permit("deals.write")
def update(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    def save(terms: ScenarioTerms) -> object:
        return write(change_scenario, deal_id, scenario_id, terms, expected_version=form_version())

    return _done(deal_id, save)


@blueprint.post("/<id:scenario_id>/calculate")
@permit("deals.read")
def calculate(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    """The figures of what is typed, as a fragment."""
    try:
        found = read(calculate_scenario, deal_id, parse_fields(ScenarioTerms, _typed()), scenario_id)
    except Invalid as error:
        return render_template("deals/wrong.html", errors=errors_of(error))
    deal = read(get_deal, deal_id)
    return render_template("deals/figures.html", figures=found, deal=deal, kind=typed("kind"))


@blueprint.post("/<id:scenario_id>/activate")
@permit("deals.write")
def activate(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    return _acted(deal_id, activate_scenario, scenario_id)


@blueprint.post("/<id:scenario_id>/remove")
@permit("deals.write")
def remove(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    return _acted(deal_id, remove_scenario, scenario_id)


@blueprint.get("/<id:scenario_id>/schedule")
@permit("deals.read")
def show_schedule(deal_id: int, scenario_id: int) -> str:
    return render_template("deals/schedule.html", **read(_read_schedule, deal_id, scenario_id))


def _read_schedule(tx: Transaction, deal_id: int, scenario_id: int) -> dict[str, Any]:
    return {
        "deal": get_deal(tx, deal_id),
        "scenario": get_scenario(tx, deal_id, scenario_id),
        "rows": get_schedule(tx, deal_id, scenario_id),
    }


def _typed() -> dict[str, Any]:
    """The terms whose fields are filled in; an empty one leaves the term as it is."""
    given: dict[str, Any] = {name: typed(name) for name in TEXTS if typed(name)}
    given |= {name: plain_amount(typed(name), "") for name in AMOUNTS if typed(name)}
    given |= {name: typed(name) for name in DAYS if typed(name)}
    if typed("term"):
        given["term"] = number_from(typed("term"), "term")
    return given


def _done(deal_id: int, save: Any) -> Response:
    try:
        save(parse_fields(ScenarioTerms, _typed()))
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
    except (Invalid, Conflict) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(deal_id)


def _acted(deal_id: int, operation: Any, scenario_id: int) -> Response:
    try:
        write(operation, deal_id, scenario_id, expected_version=form_version())
    except Conflict as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(deal_id)


def _back(deal_id: int) -> Response:
    return redirect(url_for("deal_record.show", deal_id=deal_id, _anchor="desk"), 303)
