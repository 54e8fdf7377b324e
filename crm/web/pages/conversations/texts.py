"""Settings: templates that WhatsApp approved, and quick replies of our own."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.conversations.channels.channels import list_channels
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.quick_replies import (
    add_quick_reply,
    list_quick_replies,
    list_removed_replies,
    remove_quick_reply,
    restore_quick_reply,
)
from crm.conversations.templates.templates import (
    add_template,
    list_removed_templates,
    list_templates,
    remove_template,
    restore_template,
)
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import form_version, refusal
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import offer_undo, say
from crm.web.whatsapp import fetch_templates

blueprint = Blueprint("texts", __name__, url_prefix="/settings/texts")


@blueprint.get("")
@permit("conversations.write")
def show_texts() -> str:
    return _render({})


@blueprint.post("/templates")
@permit("channels.manage")
def add_one_template() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("name", "language", "body")}
    return _added(lambda tx: add_template(tx, parse_fields(TemplateFields, given)))


@blueprint.post("/templates/of/<id:channel_id>")
@permit("channels.manage")
def fetch_approved(channel_id: int) -> ResponseReturnValue:
    """Those that WhatsApp approved for the number's account."""
    try:
        taken = fetch_templates(channel_id)
    except (Conflict, Busy) as error:
        return _render({}, error), status_of(error)
    said = _(
        "%(added)s added, %(changed)s changed, %(removed)s removed.",
        added=taken.added,
        changed=taken.changed,
        removed=taken.removed,
    )
    left_out = _(
        "%(count)s have parts that cannot be filled from here and were left out.", count=taken.left_out
    )
    say(f"{said} {left_out}" if taken.left_out else said)
    return redirect(url_for("texts.show_texts"), 303)


@blueprint.post("/replies")
@permit("conversations.write")
def add_reply() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("title", "text")}
    return _added(lambda tx: add_quick_reply(tx, parse_fields(QuickReplyFields, given)))


@blueprint.post("/templates/<id:template_id>/remove")
@permit("channels.manage")
def remove_one_template(template_id: int) -> ResponseReturnValue:
    version = _version()
    again = url_for("texts.restore_one_template", template_id=template_id)
    return _removed(lambda tx: remove_template(tx, template_id, expected_version=version), again)


@blueprint.post("/templates/<id:template_id>/restore")
@permit("channels.manage")
def restore_one_template(template_id: int) -> ResponseReturnValue:
    return _restored(lambda tx: restore_template(tx, template_id))


@blueprint.post("/replies/<id:reply_id>/remove")
@permit("conversations.write")
def remove_reply(reply_id: int) -> ResponseReturnValue:
    version = _version()
    again = url_for("texts.restore_reply", reply_id=reply_id)
    return _removed(lambda tx: remove_quick_reply(tx, reply_id, expected_version=version), again)


@blueprint.post("/replies/<id:reply_id>/restore")
@permit("conversations.write")
def restore_reply(reply_id: int) -> ResponseReturnValue:
    return _restored(lambda tx: restore_quick_reply(tx, reply_id))


def _version() -> int | None:
    """None where a page of before names none."""
    return form_version() if "version" in request.form else None


def _removed(operation: Callable[[Transaction], Any], again: str) -> ResponseReturnValue:
    try:
        write(operation)
    except Stale as error:
        return _render({}, error), status_of(error)
    offer_undo(_("Removed"), again)
    return redirect(url_for("texts.show_texts"), 303)


def _restored(operation: Callable[[Transaction], Any]) -> ResponseReturnValue:
    try:
        write(operation)
    except Conflict as error:
        return _render({}, error), status_of(error)
    say(_("Restored"))
    return redirect(url_for("texts.show_texts"), 303)


def _added(operation: Callable[[Transaction], Any]) -> ResponseReturnValue:
    try:
        write(operation)
    except (Invalid, Conflict) as error:
        return _render(request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("texts.show_texts"), 303)


def _render(values: Mapping[str, Any], error: CrmError | None = None) -> str:
    return render_template(
        "conversations/texts.html",
        templates=read(list_templates),
        channels=read(list_channels),
        replies=read(list_quick_replies),
        removed_templates=read(list_removed_templates),
        removed_replies=read(list_removed_replies),
        values=values,
        **refusal(error),
    )
