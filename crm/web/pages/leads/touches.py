"""How a lead came, as a person knows it: a form to add a touch, and taking one back."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.attribution.by_hand import add_touch, withdraw_touch
from crm.attribution.fields import TouchByHand
from crm.campaigns.choices import campaign_choices
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import parse_fields
from crm.leads.lead import Lead, get_lead
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.requests.due_times import day_start
from crm.web.requests.forms import number_from, refusal, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.words.times import today_key

blueprint = Blueprint("lead_touches", __name__, url_prefix="/leads/<id:lead_id>/touches")
TOLD = ("utm_source", "utm_medium", "utm_campaign", "ad_id", "referrer")


@blueprint.get("/new")
@permit("leads.write")
def show_new(lead_id: int) -> str:
    return _render(lead_id, {}, None)


@blueprint.post("")
@permit("leads.write")
def add(lead_id: int) -> ResponseReturnValue:
    values = {name: typed(name) for name in ("campaign_id", "day", *TOLD)}
    try:
        write(add_touch, lead_id, _fields(values))
    except Invalid as error:
        return _render(lead_id, values, error.renamed({"happened_at": "day"})), status_of(error)
    say(_("Saved"))
    return redirect(url_for("lead_record.show", lead_id=lead_id), 303)


@blueprint.post("/<id:touch_id>/withdraw")
@permit("leads.write")
def withdraw(lead_id: int, touch_id: int) -> ResponseReturnValue:
    try:
        write(withdraw_touch, lead_id, touch_id)
        say(_("Taken back"))
    except Conflict as error:
        complain(worded(error.message))
    return redirect(url_for("lead_record.show", lead_id=lead_id), 303)


def _fields(values: dict[str, str]) -> TouchByHand:
    campaign_id = number_from(values["campaign_id"], "campaign_id")
    told = {name: values[name] for name in TOLD}
    return parse_fields(TouchByHand, {**told, **_at(values["day"]), "campaign_id": campaign_id})


def _at(day: str) -> dict[str, str]:
    """That day of the reader begins, or now if it is today or not told."""
    if not day or day == today_key():
        return {}
    try:
        return {"happened_at": day_start(date.fromisoformat(day))}
    except (ValueError, OverflowError):
        raise Invalid.field("day", "must be a day such as 2026-11-21") from None


def _render(lead_id: int, values: dict[str, str], error: CrmError | None) -> str:
    lead, campaigns = read(_read, lead_id)
    shown: dict[str, Any] = {"lead": lead, "campaigns": campaigns, "values": values}
    return render_template("leads/touch_form.html", **shown, **refusal(error))


def _read(tx: Transaction, lead_id: int) -> tuple[Lead, list[tuple[int, str]]]:
    return get_lead(tx, lead_id), campaign_choices(tx)
