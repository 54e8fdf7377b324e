"""Settings: the connected numbers, their health, and what arrived but could not be understood."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.conversations.channels.channels import (
    change_channel,
    connect_channel,
    disconnect_channel,
    get_channel,
    list_channels,
    show_channel,
)
from crm.conversations.channels.health import clear_fault
from crm.conversations.inbound.channel_news import list_news
from crm.conversations.inbound.events import list_quarantined, replay_event
from crm.conversations.reconciling import reconcile
from crm.conversations.transport.self_tests import Finding
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelChanges, WhatsAppChannelFields
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.restored import load_restored
from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.requests.forms import changed_fields, form_version, refusal
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import database
from crm.web.whatsapp import WEBHOOK_VIEW, check_number, number_health, vault

blueprint = Blueprint("channels", __name__, url_prefix="/settings/channels")

PAGE = 50
NEWS = 20
SECRETS = WHATSAPP.setup.secrets
PLAIN = tuple(WHATSAPP.setup.columns)


@blueprint.get("")
@permit("channels.manage")
def show_channels() -> str:
    channels = read(list_channels)
    return render_template(
        "conversations/channels.html",
        channels=[(channel, number_health(channel.id)) for channel in channels],
        quarantined=read(list_quarantined, limit=PAGE),
        balance=read(reconcile),
        restored=load_restored(database().path),
    )


@blueprint.get("/new")
@permit("channels.manage")
def show_new() -> str:
    return _render_form(None, {"create_leads": "1"})


@blueprint.post("/new")
@permit("channels.manage")
def connect() -> ResponseReturnValue:
    try:
        channel = write(
            connect_channel,
            vault(),
            WHATSAPP,
            parse_fields(WhatsAppChannelFields, _given(*PLAIN, *SECRETS)),
        )
    except (Invalid, Conflict) as error:
        return _render_form(None, request.form, error), status_of(error)
    say(_("The number is connected. Give WhatsApp the callback address now."))
    return redirect(url_for("channels.show", channel_id=channel.id), 303)


@blueprint.get("/<id:channel_id>")
@permit("channels.manage")
def show(channel_id: int) -> str:
    return _render(channel_id)


@blueprint.post("/<id:channel_id>/test")
@permit("channels.manage")
def test(channel_id: int) -> str:
    return _render(channel_id, check_number(channel_id))


@blueprint.get("/<id:channel_id>/edit")
@permit("channels.manage")
def show_edit(channel_id: int) -> str:
    channel = show_channel(read(get_channel, channel_id))
    values = {name: getattr(channel, name) or "" for name in PLAIN}
    return _render_form(channel_id, {**values, "create_leads": "1" if channel.create_leads else ""})


@blueprint.post("/<id:channel_id>/edit")
@permit("channels.manage")
def change(channel_id: int) -> ResponseReturnValue:
    """An empty secret stays as it is."""
    channel = show_channel(read(get_channel, channel_id))
    new = [name for name in SECRETS if request.form.get(name)]
    new += changed_fields({name: getattr(channel, name) or "" for name in PLAIN})
    given = {name: value for name, value in _given(*new).items() if name in {*new, "create_leads"}}
    try:
        changes = parse_fields(WhatsAppChannelChanges, given)
        write(change_channel, vault(), channel_id, changes, expected_version=form_version())
    except (Invalid, Stale) as error:
        return _render_form(channel_id, request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("channels.show", channel_id=channel_id), 303)


@blueprint.post("/<id:channel_id>/disconnect")
@permit("channels.manage")
def disconnect(channel_id: int) -> ResponseReturnValue:
    version = form_version() if "version" in request.form else None
    try:
        write(disconnect_channel, channel_id, expected_version=version)
    except Stale as error:
        complain(worded(error.message))
        return redirect(url_for("channels.show", channel_id=channel_id), 303)
    say(_("The number is disconnected; its conversations stay."))
    return redirect(url_for("channels.show_channels"), 303)


@blueprint.post("/<id:channel_id>/resume")
@permit("channels.manage")
def resume(channel_id: int) -> ResponseReturnValue:
    write(clear_fault, channel_id)
    say(_("The number tries again."))
    return redirect(url_for("channels.show", channel_id=channel_id), 303)


@blueprint.get("/quarantine")
@permit("channels.manage")
def show_quarantine() -> str:
    found = read(list_quarantined, limit=PAGE, cursor=request.args.get("cursor") or None)
    return render_template("conversations/quarantine.html", events=found)


@blueprint.post("/quarantine/<id:event_id>")
@permit("channels.manage")
def replay(event_id: int) -> ResponseReturnValue:
    try:
        write(replay_event, event_id)
    except CrmError as error:
        complain(worded(error.message))
    else:
        say(_("Processing again."))
    return redirect(url_for("channels.show_quarantine"), 303)


def _given(*names: str) -> dict[str, Any]:
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
    given["business_account_id"] = given.get("business_account_id") or None
    given["create_leads"] = request.form.get("create_leads") == "1"
    return given


def _render(channel_id: int, findings: list[Finding] | None = None) -> str:
    return render_template(
        "conversations/channel.html",
        channel=read(get_channel, channel_id),
        health=number_health(channel_id),
        callback=public_link(WEBHOOK_VIEW) or url_for(WEBHOOK_VIEW),
        findings=findings,
        news=read(list_news, channel_id, limit=NEWS),
    )


def _render_form(channel_id: int | None, values: Mapping[str, Any], error: CrmError | None = None) -> str:
    return render_template(
        "conversations/channel_form.html",
        channel=read(get_channel, channel_id) if channel_id else None,
        values=values,
        **refusal(error),
    )
