"""/api/webhooks/outgoing: the programs that are told of changes."""

import base64

from flask import Blueprint, Response, request, url_for

from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.idempotency import answer_once, secret_of_answer
from crm.web.lists.paging import DeletedQuery, PageQuery
from crm.web.lists.short_lists import short_page
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import settings
from crm.web.whatsapp import vault
from crm.webhooks.fields import NewWebhook, SecretRotation, WebhookChanges
from crm.webhooks.signing import as_webhook_secret
from crm.webhooks.trash import delete_webhook, restore_webhook
from crm.webhooks.webhook import NewlyMade, Webhook, get_webhook, list_webhooks
from crm.webhooks.webhooks import change_webhook, create_webhook, rotate_secret

blueprint = Blueprint("api_webhooks_outgoing", __name__, url_prefix="/api/webhooks/outgoing")


class WebhookQuery(PageQuery, DeletedQuery):
    """`deleted=true` asks for those that were deleted and can be restored."""


@blueprint.get("")
@permit("webhooks.read")
@contract(query=WebhookQuery, result=Webhook, many=True)
def list_all() -> Response:
    """List the webhooks, newest first"""
    wanted = query(WebhookQuery)
    return answers.page(short_page(read(list_webhooks, deleted=wanted.deleted), wanted))


@blueprint.post("")
@permit("webhooks.manage")
@contract(body=NewWebhook, result=NewlyMade, status=201, refusals=(409,))
def create() -> Response:
    """Create a webhook, with the secret that signs what it is sent; the secret is shown once

    Each change from now on is sent as a POST by the rules of Standard Webhooks: `webhook-id`,
    `webhook-timestamp` and `webhook-signature`.
    """
    fields, secret = json_body(NewWebhook), _secret()
    allowed = settings().webhook_allowed_ranges

    def operation(tx: Transaction) -> NewlyMade:
        return create_webhook(tx, vault(), allowed, fields, secret)

    return answer_once(operation, _created, secret=secret)


@blueprint.get("/<id:webhook_id>")
@permit("webhooks.read")
@contract(result=Webhook)
def get(webhook_id: int) -> Response:
    """Get a webhook, without its secret"""
    return _answer(read(get_webhook, webhook_id))


@blueprint.patch("/<id:webhook_id>")
@permit("webhooks.manage")
@contract(body=WebhookChanges, result=Webhook, refusals=(412,))
def patch(webhook_id: int) -> Response:
    """Change a webhook, or switch it off or on; what happened meanwhile is sent only with `catch_up`"""
    changes, version = json_body(WebhookChanges), expected_version()
    allowed = settings().webhook_allowed_ranges
    return _answer(write(change_webhook, allowed, webhook_id, changes, expected_version=version))


@blueprint.post("/<id:webhook_id>/rotate")
@permit("webhooks.manage")
@contract(body=SecretRotation, body_required=False, result=NewlyMade)
def rotate(webhook_id: int) -> Response:
    """Replace the secret, and show the new one once; for `overlap_hours` both sign"""
    given = json_body(SecretRotation) if request.get_data() else SecretRotation(overlap_hours=24)
    secret = _secret()

    def operation(tx: Transaction) -> NewlyMade:
        return rotate_secret(tx, vault(), webhook_id, secret, given.overlap_hours)

    return answer_once(operation, _answer, secret=secret)


@blueprint.delete("/<id:webhook_id>")
@permit("webhooks.manage")
@contract(status=204, refusals=(412,))
def delete(webhook_id: int) -> Response:
    """Delete a webhook; it can be restored"""
    write(delete_webhook, webhook_id, expected_version=expected_version())
    return answers.no_content()


@blueprint.post("/<id:webhook_id>/restore")
@permit("webhooks.manage")
@contract(result=Webhook, refusals=(409,))
def restore(webhook_id: int) -> Response:
    """Restore a deleted webhook; what happened meanwhile is sent"""
    return answer_once(lambda tx: restore_webhook(tx, webhook_id), _answer)


def _secret() -> str:
    """The same again for a repeat under an Idempotency-Key."""
    opaque = secret_of_answer()
    return as_webhook_secret(base64.urlsafe_b64decode(opaque + "=" * (-len(opaque) % 4)))


def _created(webhook: NewlyMade) -> Response:
    location = url_for("api_webhooks_outgoing.get", webhook_id=webhook.id)
    return answers.created(webhook, location, version=webhook.version)


def _answer(webhook: Webhook) -> Response:
    return answers.data(webhook, version=webhook.version)
