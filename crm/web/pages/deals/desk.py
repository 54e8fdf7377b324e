"""The desk of a deal: its scenarios side by side, calculated by the server while they are typed."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
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
from crm.errors import Conflict, Invalid, Stale
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.pages.deals.scenario_form import texts_of, typed_terms, typed_texts
from crm.web.requests.forms import errors_of, form_version, is_fragment, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.words.fields import sentence_of

blueprint = Blueprint("deal_desk", __name__, url_prefix="/deals/<id:deal_id>/scenarios")


@blueprint.post("")
@permit("deals.write")
def create(deal_id: int) -> ResponseReturnValue:
    try:
        write(add_scenario, deal_id, typed_terms()[0])
    except (Invalid, Conflict) as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(deal_id)


@blueprint.get("/<id:scenario_id>")
@permit("deals.read")
def show(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    """One scenario by itself, with room for all its terms."""
    return _render(deal_id, scenario_id)


@blueprint.post("/<id:scenario_id>")
@permit("deals.write")
def update(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    """What is refused is shown again as it was typed, with each field's sentence."""
    try:
        terms, cleared = typed_terms()
        write(change_scenario, deal_id, scenario_id, terms, cleared=cleared, expected_version=form_version())
    except Stale:
        complain(_("Somebody else changed it in the meantime. This is the current version."))
    except Invalid as error:
        return _render(deal_id, scenario_id, error), status_of(error)
    except Conflict as error:
        complain(sentence_of(error))
    else:
        say(_("Saved"))
    return _back(deal_id)


@blueprint.post("/<id:scenario_id>/calculate")
@permit("deals.read")
def calculate(deal_id: int, scenario_id: int) -> ResponseReturnValue:
    """The figures of what is typed: a fragment for scripts, else the scenario's page. Nothing is stored."""
    try:
        terms, cleared = typed_terms()
        found = read(calculate_scenario, deal_id, terms, scenario_id, cleared=cleared)
    except Invalid as error:
        if is_fragment():
            return render_template("deals/wrong.html", errors=errors_of(error))
        return _render(deal_id, scenario_id, error), status_of(error)
    if not is_fragment():
        return _render(deal_id, scenario_id, figures=found)
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
    return {**_read_scenario(tx, deal_id, scenario_id), "rows": get_schedule(tx, deal_id, scenario_id)}


def _read_scenario(tx: Transaction, deal_id: int, scenario_id: int) -> dict[str, Any]:
    return {"deal": get_deal(tx, deal_id), "scenario": get_scenario(tx, deal_id, scenario_id)}


def _render(
    deal_id: int, scenario_id: int, error: Invalid | None = None, figures: dict[str, Any] | None = None
) -> str:
    found = read(_read_scenario, deal_id, scenario_id)
    scenario = found["scenario"]
    again = request.method == "POST"
    return render_template(
        "deals/scenario_page.html",
        **found,
        values=typed_texts() if again else texts_of(scenario),
        version=request.form.get("version", scenario.version) if again else scenario.version,
        figures=figures or scenario.figures,
        kind=typed("kind") if figures else scenario.kind,
        errors=errors_of(error) if error else {},
    )


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
