"""What a client agreed to: the present state, a form to enter more, and the history."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.client import Client, find_client
from crm.clients.consent_fields import TOPICS, ConsentFields
from crm.clients.consents import Consent, add_consent, list_consents
from crm.clients.kind import CLIENT
from crm.db.keyset import DEFAULT_LIMIT, Page
from crm.db.transaction import Transaction
from crm.errors import CrmError, Invalid
from crm.fields import parse_fields
from crm.records.skeleton import existing
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.records.views import lookup_of
from crm.web.requests.due_times import day_start
from crm.web.requests.forms import refusal, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.words.consents import SOURCES, STATES, TOPIC_TEXTS
from crm.web.words.times import today_key

blueprint = Blueprint("client_consents", __name__, url_prefix="/clients/<id:client_id>/consents")
ASKED = ("topic", "state", "day", "source", "note")
OFFERED = ("by_hand", "form", "conversation")
"""Sources that people choose from."""


@blueprint.get("")
@permit("clients.read")
def show(client_id: int) -> str:
    return _render(client_id, {"state": "opted_in", "source": "by_hand"}, None)


@blueprint.post("")
@permit("clients.write")
def enter(client_id: int) -> ResponseReturnValue:
    values = {name: typed(name) for name in ASKED}
    try:
        write(add_consent, client_id, _fields(values))
    except Invalid as error:
        shown = error.renamed({"at": "day", "channel": "topic", "purpose": "topic"})
        return _render(client_id, values, shown), status_of(error)
    say(_("Saved"))
    return redirect(url_for("client_consents.show", client_id=client_id), 303)


def _fields(values: dict[str, str]) -> ConsentFields:
    channel, purpose = TOPICS.get(values["topic"], ("", ""))
    given = {name: values[name] for name in ("state", "source", "note")}
    return parse_fields(
        ConsentFields, {"channel": channel, "purpose": purpose, **given, **_at(values["day"])}
    )


def _at(day: str) -> dict[str, str]:
    """When it was said: on that day of the reader, and just now if it is today or not told."""
    if not day or day == today_key():
        return {}
    try:
        return {"at": day_start(date.fromisoformat(day))}
    except (ValueError, OverflowError):
        raise Invalid.field("day", "must be a day such as 2026-11-21") from None


def _render(client_id: int, values: dict[str, str], error: CrmError | None) -> str:
    client, history = read(_read_page, client_id, request.args.get("cursor"))
    shown: dict[str, Any] = {"topics": TOPIC_TEXTS, "states": STATES, "sources": SOURCES}
    shown["offered"] = [(name, SOURCES[name]) for name in OFFERED]
    return render_template(
        "clients/consents.html", client=client, history=history, values=values, **shown, **refusal(error)
    )


def _read_page(tx: Transaction, client_id: int, cursor: str | None) -> tuple[Client, Page[Consent]]:
    client: Client = existing(lookup_of(CLIENT).record, find_client(tx, client_id))
    return client, list_consents(tx, client_id, limit=DEFAULT_LIMIT, cursor=cursor)
