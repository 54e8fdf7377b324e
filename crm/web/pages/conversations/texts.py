"""Settings: templates and quick replies."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.conversations.channels.channels import list_channels
from crm.conversations.kind import QUICK_REPLY, TEMPLATE
from crm.conversations.templates.fields import QuickReplyFields, TemplateFields
from crm.conversations.templates.quick_replies import (
    add_quick_reply,
    list_quick_replies,
    list_removed_replies,
)
from crm.conversations.templates.templates import (
    add_template,
    list_removed_templates,
    list_templates,
)
from crm.db.transaction import Transaction
from crm.errors import Busy, Conflict, CrmError, Invalid
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.records.removal import Removal, add_removal
from crm.web.requests.forms import refusal, sent_version
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
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
    given |= {"category": request.form["category"]} if request.form.get("category") else {}
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
    left_out = _("%(count)s skipped: they have parts that cannot be filled in here.", count=taken.left_out)
    say(f"{said} {left_out}" if taken.left_out else said)
    return redirect(url_for("texts.show_texts"), 303)


@blueprint.post("/replies")
@permit("conversations.write")
def add_reply() -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("title", "text")}
    return _added(lambda tx: add_quick_reply(tx, parse_fields(QuickReplyFields, given)))


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


def _refused(_record_id: int, error: CrmError) -> ResponseReturnValue:
    return _render({}, error), status_of(error)


def _texts_page(_record: object) -> str:
    return url_for("texts.show_texts")


for _kind, _rule, _permission, _names in (
    (
        TEMPLATE,
        "/templates/<id:template_id>",
        "channels.manage",
        ("remove_one_template", "restore_one_template"),
    ),
    (QUICK_REPLY, "/replies/<id:reply_id>", "conversations.write", ("remove_reply", "restore_reply")),
):
    add_removal(
        blueprint,
        Removal(
            kind=_kind,
            after=_texts_page,
            at=_texts_page,
            removed=lazy_gettext("Removed"),
            restored=lazy_gettext("Restored"),
            version=sent_version,
            refuse=_refused,
            refuse_back=_refused,
        ),
        _rule,
        _permission,
        delete=_names[0],
        restore=_names[1],
        verb="remove",
    )
