"""The form of a new deal: client, vehicle, lead and price; the rest is done on its desk."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.catalogue.vehicle_filters import VehicleFilter
from crm.catalogue.vehicle_listing import list_vehicles
from crm.clients.kind import CLIENT
from crm.db.transaction import Transaction
from crm.deals.deal_fields import DealFields
from crm.deals.deals import create_deal
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import parse_fields, whole_number
from crm.leads.filters import LeadFilter
from crm.leads.listing import list_leads
from crm.records.names import name_records
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.amounts import plain_amount
from crm.web.requests.forms import number_from, refusal, typed
from crm.web.requests.picking import refuse_search
from crm.web.requests.reading import read, write
from crm.web.sessions.identity import identity
from crm.web.words.choices import user_choices

blueprint = Blueprint("deal_form", __name__, url_prefix="/deals")

LINKS = ("client_id", "vehicle_id", "lead_id", "salesperson_id")
SHOWN = 200


@blueprint.get("/new")
@permit("deals.write")
def show_new() -> str:
    values = {name: request.args.get(name, "") for name in LINKS}
    return _render(values | {"salesperson_id": str(identity().user_id)})


@blueprint.post("/new")
@permit("deals.write")
def create() -> ResponseReturnValue:
    try:
        refuse_search("client_id")
        deal = write(create_deal, parse_fields(DealFields, _given()))
    except (Invalid, Conflict) as error:
        return _render(dict(request.form), error), status_of(error)
    return redirect(url_for("deal_record.show", deal_id=deal.id), 303)


def _given() -> dict[str, Any]:
    given: dict[str, Any] = {name: number_from(typed(name), name) for name in LINKS}
    if typed("new_client") and given["client_id"] is None:
        given["client"] = {"name": typed("new_client")}
        del given["client_id"]
    if typed("notes"):
        given["notes"] = typed("notes")
    if typed("price"):
        given["scenario"] = {"price": plain_amount(typed("price"), "")}
    return given


def _render(values: dict[str, Any], error: CrmError | None = None) -> str:
    return render_template("deals/form.html", values=values, **read(_options, values), **refusal(error))


def _options(tx: Transaction, values: dict[str, Any]) -> dict[str, Any]:
    client_id = whole_number(values.get("client_id") or "")
    names = name_records(tx, CLIENT, [client_id]) if client_id is not None else {}
    vehicles = list_vehicles(tx, VehicleFilter(status="available"), limit=SHOWN).rows
    leads = list_leads(tx, LeadFilter(status="open"), limit=SHOWN).rows
    return {
        "client_name": names.get(client_id, "") if client_id is not None else "",
        "vehicles": [(each.id, f"{each.stock_number} · {each.name}") for each in vehicles],
        "leads": [(each.id, each.title) for each in leads],
        "people": user_choices(tx, None),
    }
