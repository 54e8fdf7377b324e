"""Settings: connected numbers, their health, and the quarantine."""

from collections.abc import Mapping
from dataclasses import asdict
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
from crm.web.records.entries import (
    OPTIONAL,
    TEXT,
    TICK,
    base_of,
    changed_entries,
    given_values,
    texts_of,
)
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.public_address import public_link
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import database
from crm.web.whatsapp import WEBHOOK_VIEW, check_number, number_health, vault

blueprint = Blueprint("channels", __name__, url_prefix="/settings/channels")

PAGE = 50
NEWS = 20
SECRETS = WHATSAPP.setup.secrets
PLAIN = tuple(WHATSAPP.setup.columns)
ENTRIES = {"display_phone": TEXT, "business_account_id": OPTIONAL, "create_leads": TICK}


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
    say(_("Number connected. Now enter the callback address at Meta."))
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
    return _render_form(channel_id, texts_of(ENTRIES, asdict(channel)))


@blueprint.post("/<id:channel_id>/edit")
@permit("channels.manage")
def change(channel_id: int) -> ResponseReturnValue:
    """An empty secret stays as it is."""
    secrets = {name: request.form[name].strip() for name in SECRETS if request.form.get(name)}
    given = secrets | given_values(ENTRIES, changed_entries(ENTRIES, _held_texts(channel_id)))
    try:
        changes = parse_fields(WhatsAppChannelChanges, given)
        write(change_channel, vault(), channel_id, changes, expected_version=form_version())
    except (Invalid, Stale) as error:
        if isinstance(error, Stale) and not secrets:
            return _show_both(channel_id)
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
    say(_("Number disconnected. Its conversations are kept."))
    return redirect(url_for("channels.show_channels"), 303)


@blueprint.post("/<id:channel_id>/resume")
@permit("channels.manage")
def resume(channel_id: int) -> ResponseReturnValue:
    write(clear_fault, channel_id)
    say(_("Trying again."))
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


def _held_texts(channel_id: int) -> dict[str, str]:
    return texts_of(ENTRIES, asdict(show_channel(read(get_channel, channel_id))))


def _show_both(channel_id: int) -> ResponseReturnValue:
    """But for secrets, which are never shown: they are typed again."""
    channel = read(get_channel, channel_id)
    return show_stale(
        ENTRIES,
        _held_texts(channel_id),
        name=channel.shown_as,
        version=channel.version,
        action=request.script_root + request.path,
        back=url_for("channels.show", channel_id=channel_id),
        trail=[(_("Channels"), url_for("channels.show_channels"))],
    )


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
        base=base_of(_held_texts(channel_id)) if channel_id else "",
        **refusal(error),
    )
