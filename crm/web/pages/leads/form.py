"""The form of a lead: fields and their choices."""

from collections.abc import Mapping
from typing import Any

from flask import request

from crm.accounts.workspaces import get_workspace
from crm.clients.kind import CLIENT
from crm.conversations.leads.pair_fields import NewLead
from crm.conversations.leads.pairs import create_lead_or_pair
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.fields import whole_number
from crm.leads.fields import LeadChanges
from crm.leads.kind import LEAD
from crm.leads.lead import Lead
from crm.leads.lead_types import list_lead_types
from crm.leads.new_clients import change_lead_of
from crm.leads.pipeline import (
    first_stage,
    get_default_pipeline,
    get_pipeline,
    open_pipelines,
)
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.records.entries import AMOUNT, NUMBER, TEXT, WORDS, Texts
from crm.web.records.form import Creation, Given, RecordForm, form_blueprint
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_codes, user_choices
from crm.web.words.leads import type_word

ENTRIES = {
    "title": TEXT, "value": AMOUNT, "currency": TEXT, "client_id": NUMBER, "stage_id": NUMBER,
    "owner_id": NUMBER, "source": TEXT, "expected_close": TEXT, "details": TEXT, "tags": WORDS, "type": TEXT,
    "lost_reason": TEXT,
}  # fmt: skip


def _with_new_client(given: Given) -> Given:
    """A new client, named in the form, has the lead's owner."""
    name = _new_client()
    client = {"name": name, "owner_id": whole_number(request.form.get("owner_id", ""))}
    return given | {"client_id": None, "client": client} if name else given


def _new_client() -> str:
    """The name of a client to be made with the lead."""
    return request.form.get("new_client", "").strip()


def _change(tx: Transaction, lead_id: int, changes: LeadChanges, *, expected_version: int) -> Lead:
    return change_lead_of(tx, lead_id, changes, _new_client(), expected_version=expected_version)


def _options(lead: Lead | None, values: Texts, _error: CrmError | None) -> Mapping[str, Any]:
    options = read(_read_options, lead, values)
    stage_id = values.get("stage_id") or str(options["first_stage"])
    new_client = request.form.get("new_client", "")
    return {**options, "values": {**values, "stage_id": stage_id, "new_client": new_client}}


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


blueprint = form_blueprint(
    RecordForm(
        kind=LEAD,
        entries=ENTRIES,
        template="leads/form.html",
        model=LeadChanges,
        change=_change,
        options=_options,
        pickers={"client_id": "new_client"},
        creation=Creation(
            model=NewLead,
            create=create_lead_or_pair,
            asked=("client_id", "stage_id", "title"),
            usual=lambda: {"owner_id": str(identity().user_id)},
            more=_with_new_client,
            names=dict.fromkeys(("client", "client.name"), "client_id"),
        ),
    )
)
