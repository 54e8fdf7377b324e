"""Creating and editing a lead: what is wrong, and both versions of a stale save."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.workspaces import get_workspace
from crm.clients.kind import CLIENT
from crm.conversations.leads.pair_fields import NewLead
from crm.conversations.leads.pairs import create_lead_or_pair
from crm.db.transaction import Transaction
from crm.errors import CrmError, Invalid, Stale
from crm.fields import parse_fields, whole_number
from crm.leads.fields import LeadChanges
from crm.leads.lead import FIELDS, LEAD_RECORD, Lead, get_lead
from crm.leads.lead_types import list_lead_types
from crm.leads.leads import change_lead
from crm.leads.pipeline import (
    first_stage,
    get_default_pipeline,
    get_pipeline,
    open_pipelines,
)
from crm.records.names import name_records
from crm.records.skeleton import facts_of
from crm.records.tags import list_tags
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.amounts import amount_text, plain_amount, typed_amount
from crm.web.requests.forms import changed_fields, form_version, number_from, refusal, words_from
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import as_base, as_texts, render_stale
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes, user_choices
from crm.web.words.fields import Known, label_of, show_value
from crm.web.words.leads import type_word
from crm.web.words.names import read_linked_names
from crm.web.words.presentation import number

blueprint = Blueprint("lead_form", __name__, url_prefix="/leads")

EDITED = tuple(name for name in FIELDS if name not in {"pipeline_id", "status"})
TEXTS = ("title", "value", "currency", "source", "expected_close", "details", "type", "lost_reason")
NUMBERS = ("client_id", "stage_id", "owner_id")


@blueprint.get("/new")
@permit("leads.write")
def show_new() -> str:
    given = {name: request.args.get(name, "") for name in ("client_id", "stage_id", "title")}
    return _render(None, {**given, "owner_id": str(identity().user_id)})


@blueprint.post("/new")
@permit("leads.write")
def create() -> ResponseReturnValue:
    try:
        lead = write(create_lead_or_pair, parse_fields(NewLead, _given_anew()))
    except Invalid as error:
        named = error.renamed(dict.fromkeys(("client", "client.name"), "client_id"))
        typed = {**_typed(), "new_client": request.form.get("new_client", "")}
        return _render(None, typed, named), status_of(error)
    return redirect(url_for("lead_record.show", lead_id=lead.id), 303)


@blueprint.get("/<id:lead_id>/edit")
@permit("leads.write")
def show_edit(lead_id: int) -> str:
    lead = read(get_lead, lead_id)
    return _render(lead, _texts(lead))


@blueprint.post("/<id:lead_id>/edit")
@permit("leads.write")
def update(lead_id: int) -> ResponseReturnValue:
    """Only what the form says otherwise than the record is a change."""
    changed = changed_fields(_texts(read(get_lead, lead_id)))
    try:
        changes = parse_fields(LeadChanges, _given(changed))
        write(change_lead, lead_id, changes, expected_version=form_version())
    except Stale as error:
        return _render_stale(read(get_lead, lead_id)), status_of(error)
    except Invalid as error:
        return _render(read(get_lead, lead_id), _typed(), error), status_of(error)
    return redirect(url_for("lead_record.show", lead_id=lead_id), 303)


def _given_anew() -> dict[str, object]:
    """A new client, named in the form, has the lead's owner."""
    given = _given()
    name = request.form.get("new_client", "").strip()
    if not name:
        return given
    return given | {"client_id": None, "client": {"name": name, "owner_id": given["owner_id"]}}


def _given(changed: Collection[str] = EDITED) -> dict[str, object]:
    form = request.form
    given: dict[str, object] = {name: form.get(name, "") for name in TEXTS}
    given |= {name: number_from(form.get(name, ""), name) for name in NUMBERS if name in changed}
    given["tags"] = words_from(form.get("tags", ""))
    if "value" in changed:
        given["value"] = plain_amount(form.get("value", ""), form.get("currency", ""))
    return {name: value for name, value in given.items() if name in changed}


def _texts(lead: Lead) -> dict[str, str]:
    """The stored values as the form holds them."""
    texts = as_texts(facts_of(LEAD_RECORD, lead), EDITED)
    return {**texts, "value": amount_text(lead.value)}


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in EDITED}


def _render(lead: Lead | None, values: Mapping[str, str], error: CrmError | None = None) -> str:
    """The form; `values` are texts by field. An edited one carries what it was made from as `base`."""
    options = read(_read_options, lead, values)
    return render_template(
        "leads/form.html",
        lead=lead,
        values={**values, "stage_id": values.get("stage_id") or str(options["first_stage"])},
        version=request.form.get("version") if error and lead else lead and lead.version,
        base=as_base(values) if lead else "",
        labels={name: label_of(name) for name in EDITED},
        **refusal(error),
        **options,
    )


def _read_options(tx: Transaction, lead: Lead | None, values: Mapping[str, str]) -> dict[str, Any]:
    client_id = whole_number(values.get("client_id", ""))
    names = name_records(tx, CLIENT, [client_id]) if client_id is not None else {}
    currency, held = get_workspace(tx).currency, lead.currency if lead else ""
    pipelines = open_pipelines(tx)
    if lead and lead.pipeline_id not in {pipeline.id for pipeline in pipelines}:
        pipelines.append(get_pipeline(tx, lead.pipeline_id))
    return {
        "client_name": names.get(client_id) if client_id is not None else "",
        "owners": user_choices(tx, lead.owner_id if lead else None),
        "tags": [tag.name for tag in list_tags(tx, "client")],
        "types": [(name, type_word(name)) for name in list_lead_types(tx)],
        "pipelines": pipelines,
        "first_stage": first_stage(get_default_pipeline(tx)).id,
        "lost_stages": [s.id for pipeline in pipelines for s in pipeline.stages if s.kind == "lost"],
        "currency": currency,
        "currencies": [
            (code, code)
            for code in sorted(currency_codes(held, currency), key=lambda code: (code != currency, code))
        ],
    }


def _render_stale(lead: Lead) -> str:
    typed, theirs = _typed(), _texts(lead)
    value = typed_amount(typed["value"], typed["currency"])
    mine = typed if value is None else {**typed, "value": amount_text(value)}
    known = Known(read(read_linked_names, mine, theirs))
    return render_stale(
        mine,
        theirs,
        lambda name, text: show_value(name, _as_shown(name, text), known),
        name=lead.title,
        version=lead.version,
        action=url_for("lead_form.update", lead_id=lead.id),
        back=url_for("lead_record.show", lead_id=lead.id),
        trail=[(_("Leads"), url_for("leads.list_all"))],
    )


def _as_shown(name: str, text: str) -> str | int | Decimal:
    if name in NUMBERS and (chosen := whole_number(text)) is not None:
        return chosen
    if name == "value":
        value = typed_amount(text, "")
        return text if value is None else number(value)
    return text
