"""Settings: connections to advertising platforms."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.campaigns.connections.connection import Connection, get_connection, list_connections
from crm.campaigns.connections.connections import (
    change_connection,
    create_connection,
    delete_connection,
    restore_connection,
)
from crm.campaigns.connections.fields import ConnectionChanges, NewConnection
from crm.campaigns.connections.purposes import PURPOSES, Purpose
from crm.campaigns.conversions.conversions import list_conversions
from crm.campaigns.lead_ads.arrivals import list_arrivals
from crm.campaigns.lead_ads.deliveries import verify_token
from crm.errors import Conflict, CrmError, Invalid, NotFound, Stale
from crm.fields import parse_fields, whole_number
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.records.entries import TEXT, TICK, WORDS, Entries, base_of, texts_of
from crm.web.requests.forms import form_version, refusal, sent_version, typed, words_from
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import identity
from crm.web.whatsapp import vault
from crm.web.words import ad_connections as words
from crm.web_forms.web_form import list_web_forms

blueprint = Blueprint("ad_connections", __name__, url_prefix="/settings/advertising")

NEWEST = 10
ENTRIES: Entries = {
    "name": TEXT,
    "account": TEXT,
    "form_id": TEXT,
    "consent_text": TEXT,
    "consent_purposes": WORDS,
    "active": TICK,
}


@blueprint.get("")
@permit("ad_connections.manage")
def show_connections() -> str:
    return render_template(
        "ad_connections/list.html",
        connections=read(list_connections),
        deleted=read(list_connections, deleted=True),
        purposes=PURPOSES,
        notes=words.NOTES,
        reason=worded,
    )


@blueprint.get("/new/<purpose>")
@permit("ad_connections.manage")
def show_new(purpose: str) -> str:
    return _form(_purpose(purpose), None, {"active": "1"})


@blueprint.post("/new/<purpose>")
@permit("ad_connections.manage")
def create(purpose: str) -> ResponseReturnValue:
    found = _purpose(purpose)
    try:
        fields = parse_fields(NewConnection, {"purpose": purpose, **_given(found)})
        made = write(create_connection, vault(), fields)
    except (Invalid, Conflict) as error:
        return _form(found, None, request.form, error), status_of(error)
    say(_("Connected"))
    return redirect(url_for("ad_connections.show", connection_id=made.id), 303)


@blueprint.get("/<id:connection_id>")
@permit("ad_connections.manage")
def show(connection_id: int) -> str:
    connection = read(get_connection, connection_id)
    callback = public_link("api_lead_ads.receive")
    return render_template(
        "ad_connections/connection.html",
        connection=connection,
        purpose=PURPOSES[connection.purpose],
        account=words.ACCOUNTS[connection.purpose][0],
        arrivals=read(list_arrivals, connection_id, limit=NEWEST),
        conversions=read(list_conversions, connection_id, limit=NEWEST),
        conversion_states=words.CONVERSION_STATES,
        callback=callback or f"{request.host_url.rstrip('/')}{url_for('api_lead_ads.receive')}",
        is_public=callback is not None,
        verify_token=verify_token(vault(), identity().workspace_id),
        states=words.STATES,
        reason=worded,
    )


@blueprint.get("/<id:connection_id>/edit")
@permit("ad_connections.manage")
def show_edit(connection_id: int) -> str:
    connection = read(get_connection, connection_id)
    options = {f"options.{name}": text for name, text in connection.options.items()}
    return _form(PURPOSES[connection.purpose], connection, {**_texts_of(connection), **options})


@blueprint.post("/<id:connection_id>/edit")
@permit("ad_connections.manage")
def change(connection_id: int) -> ResponseReturnValue:
    connection = read(get_connection, connection_id)
    purpose = PURPOSES[connection.purpose]
    try:
        changes = parse_fields(ConnectionChanges, _given(purpose))
        write(change_connection, vault(), connection_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_connection, connection_id))
    except Invalid as error:
        return _form(purpose, connection, request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("ad_connections.show", connection_id=connection_id), 303)


@blueprint.post("/<id:connection_id>/delete")
@permit("ad_connections.manage")
def delete(connection_id: int) -> ResponseReturnValue:
    write(delete_connection, connection_id, expected_version=sent_version())
    say(_("Deleted"))
    return redirect(url_for("ad_connections.show_connections"), 303)


@blueprint.post("/<id:connection_id>/restore")
@permit("ad_connections.manage")
def restore(connection_id: int) -> ResponseReturnValue:
    try:
        write(restore_connection, connection_id)
    except Conflict as error:
        complain(worded(error.message))
        return redirect(url_for("ad_connections.show_connections"), 303)
    say(_("Restored"))
    return redirect(url_for("ad_connections.show", connection_id=connection_id), 303)


def _purpose(name: str) -> Purpose:
    """Raises NotFound."""
    if name not in PURPOSES:
        raise NotFound("There is no such connection.")
    return PURPOSES[name]


def _given(purpose: Purpose) -> dict[str, Any]:
    """Empty credentials are left as they are."""
    form: dict[str, Any] = {
        "form_id": whole_number(typed("form_id") or ""),
        "consent_text": typed("consent_text"),
    }
    if purposes := words_from(typed("consent_purposes")):
        form["consent_purposes"] = purposes
    return {
        **(form if purpose.makes_leads else {}),
        "name": typed("name"),
        "account": typed("account"),
        "active": typed("active") == "1",
        "credentials": _group("credentials", purpose.credentials),
        "options": _group("options", purpose.options),
    }


def _group(name: str, parts: tuple[str, ...]) -> dict[str, str]:
    return {part: text for part in parts if (text := typed(f"{name}.{part}"))}


def _texts_of(connection: Connection) -> dict[str, str]:
    facts = {name: getattr(connection, name) for name in ENTRIES}
    return texts_of(ENTRIES, {**facts, "form_id": str(connection.form_id or "")})


def _show_both(connection: Connection) -> ResponseReturnValue:
    carried = {
        name: text for name, text in request.form.items() if name.startswith(("credentials.", "options."))
    }
    return show_stale(
        ENTRIES,
        _texts_of(connection),
        carried=carried,
        name=connection.name,
        version=connection.version,
        action=request.script_root + request.path,
        back=url_for("ad_connections.show", connection_id=connection.id),
        trail=[(_("Advertising"), url_for("ad_connections.show_connections"))],
    )


def _form(
    purpose: Purpose, connection: Connection | None, values: Mapping[str, Any], error: CrmError | None = None
) -> str:
    forms = read(list_web_forms) if purpose.makes_leads else []
    return render_template(
        "ad_connections/form.html",
        purpose=purpose,
        connection=connection,
        values=values,
        parts=words.PARTS,
        account=words.ACCOUNTS[purpose.name],
        note=words.NOTES[purpose.name],
        web_forms=[(str(each.id), each.name) for each in forms],
        base=base_of(_texts_of(connection)) if connection else "",
        **refusal(error),
    )
