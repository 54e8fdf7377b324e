"""Settings: the programs that are told of changes."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.errors import Conflict, CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.kinds.known import known_words
from crm.web.records.entries import TEXT, TICK, Entries, Entry, base_of, texts_of
from crm.web.requests.forms import form_version, refusal, sent_version, typed, words_from, words_text
from crm.web.requests.reading import read, write
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.sessions.identity import settings
from crm.web.whatsapp import vault
from crm.web.words.ledger_verbs import verb_choices
from crm.webhooks.deliveries import list_deliveries
from crm.webhooks.fields import NewWebhook, SecretRotation, WebhookChanges
from crm.webhooks.signing import new_webhook_secret
from crm.webhooks.trash import delete_webhook, restore_webhook
from crm.webhooks.webhook import NewlyMade, Webhook, get_webhook, list_webhooks
from crm.webhooks.webhooks import change_webhook, create_webhook, rotate_secret

blueprint = Blueprint("webhooks", __name__, url_prefix="/settings/webhooks")

NEWEST = 20


def _chosen(name: str) -> list[str] | None:
    """One for each tick, and nothing ticked means all; a choice between two versions has them in one text."""
    return [word for each in request.form.getlist(name) for word in words_from(each)] or None


TICKS = Entry(text=words_text, value=_chosen, typed=lambda name: words_text(_chosen(name) or []))
ENTRIES: Entries = {"name": TEXT, "url": TEXT, "kinds": TICKS, "verbs": TICKS, "active": TICK}


@blueprint.get("")
@permit("webhooks.manage")
def show_webhooks() -> str:
    return render_template(
        "webhooks/list.html",
        webhooks=read(list_webhooks),
        deleted=read(list_webhooks, deleted=True),
        kind_names={words.name: str(words.many) for words in known_words()},
    )


@blueprint.get("/new")
@permit("webhooks.manage")
def show_new() -> str:
    return _render_form(None, {"active": "1"})


@blueprint.post("/new")
@permit("webhooks.manage")
def create() -> ResponseReturnValue:
    """The secret is shown in the answer itself, as a redirect would have to keep it somewhere."""
    given = _given()
    del given["active"], given["catch_up"]
    try:
        fields = parse_fields(NewWebhook, given)
        made = write(create_webhook, vault(), settings().webhook_allowed_ranges, fields, new_webhook_secret())
    except (Invalid, Conflict) as error:
        return _render_form(None, _typed(), error), status_of(error)
    return _render(made.id, made), 201


@blueprint.get("/<id:webhook_id>")
@permit("webhooks.manage")
def show(webhook_id: int) -> str:
    return _render(webhook_id)


@blueprint.get("/<id:webhook_id>/edit")
@permit("webhooks.manage")
def show_edit(webhook_id: int) -> str:
    webhook = read(get_webhook, webhook_id)
    return _render_form(webhook, _texts_of(webhook))


@blueprint.post("/<id:webhook_id>/edit")
@permit("webhooks.manage")
def change(webhook_id: int) -> ResponseReturnValue:
    webhook, allowed = read(get_webhook, webhook_id), settings().webhook_allowed_ranges
    try:
        changes = parse_fields(WebhookChanges, _given())
        write(change_webhook, allowed, webhook_id, changes, expected_version=form_version())
    except Stale:
        return _show_both(read(get_webhook, webhook_id))
    except Invalid as error:
        return _render_form(webhook, _typed(), error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@blueprint.post("/<id:webhook_id>/rotate")
@permit("webhooks.manage")
def rotate(webhook_id: int) -> ResponseReturnValue:
    hours = SecretRotation(overlap_hours=24).overlap_hours
    made = write(rotate_secret, vault(), webhook_id, new_webhook_secret(), hours)
    return _render(webhook_id, made)


@blueprint.post("/<id:webhook_id>/delete")
@permit("webhooks.manage")
def delete(webhook_id: int) -> ResponseReturnValue:
    write(delete_webhook, webhook_id, expected_version=sent_version())
    say(_("Deleted. Nothing more is sent to it."))
    return redirect(url_for("webhooks.show_webhooks"), 303)


@blueprint.post("/<id:webhook_id>/restore")
@permit("webhooks.manage")
def restore(webhook_id: int) -> ResponseReturnValue:
    try:
        write(restore_webhook, webhook_id)
    except Conflict as error:
        complain(error.message)
        return redirect(url_for("webhooks.show_webhooks"), 303)
    say(_("Restored"))
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


def _given() -> dict[str, Any]:
    return {
        "name": typed("name"),
        "url": typed("url"),
        "kinds": _chosen("kinds"),
        "verbs": _chosen("verbs"),
        "active": typed("active") == "1",
        "catch_up": typed("catch_up") == "1",
    }


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), **{name: TICKS.typed(name) for name in ("kinds", "verbs")}}


def _texts_of(webhook: Webhook) -> dict[str, str]:
    facts = {name: getattr(webhook, name) for name in ENTRIES}
    return texts_of(ENTRIES, {name: [] if value is None else value for name, value in facts.items()})


def _show_both(webhook: Webhook) -> ResponseReturnValue:
    return show_stale(
        ENTRIES,
        _texts_of(webhook),
        name=webhook.name,
        version=webhook.version,
        action=request.script_root + request.path,
        back=url_for("webhooks.show", webhook_id=webhook.id),
        trail=[(_("Webhooks"), url_for("webhooks.show_webhooks"))],
    )


def _render(webhook_id: int, made: NewlyMade | None = None) -> str:
    webhook = read(get_webhook, webhook_id)
    return render_template(
        "webhooks/webhook.html",
        webhook=webhook,
        made=made,
        deliveries=read(list_deliveries, webhook_id, limit=NEWEST),
        kind_names={words.name: str(words.many) for words in known_words()},
        verb_names=dict(verb_choices()),
    )


def _render_form(webhook: Webhook | None, values: Mapping[str, Any], error: CrmError | None = None) -> str:
    return render_template(
        "webhooks/form.html",
        webhook=webhook,
        values=values,
        chosen={name: words_from(values.get(name, "")) for name in ("kinds", "verbs")},
        base=base_of(_texts_of(webhook)) if webhook else "",
        kinds=[(words.name, str(words.many)) for words in known_words() if words.kind.actions],
        verbs=verb_choices(),
        **refusal(error),
    )
