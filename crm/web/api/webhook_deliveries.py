"""/api/webhooks/outgoing/{id}/deliveries: what was sent to a webhook, and sending it again."""

from flask import Blueprint, Response, url_for

from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import query, read
from crm.web.responses import answers
from crm.webhooks.deliveries import (
    Delivery,
    Replayed,
    State,
    WholeDelivery,
    get_delivery,
    list_deliveries,
    replay_dead,
    replay_delivery,
    send_test,
)

blueprint = Blueprint("api_webhook_deliveries", __name__, url_prefix="/api/webhooks/outgoing/<id:webhook_id>")


class DeliveryQuery(PageQuery):
    """`state`: a dead delivery failed too often, and is not tried again by itself."""

    state: State | None = None


@blueprint.get("/deliveries")
@permit("webhooks.read")
@contract(query=DeliveryQuery, result=Delivery, many=True)
def list_all(webhook_id: int) -> Response:
    """List the deliveries to a webhook, newest first

    Those that arrived are kept for 30 days, dead ones until they are sent again.
    """
    wanted = query(DeliveryQuery)
    found = read(list_deliveries, webhook_id, state=wanted.state, limit=wanted.limit, cursor=wanted.cursor)
    return answers.page(found)


@blueprint.get("/deliveries/<id:delivery_id>")
@permit("webhooks.read")
@contract(result=WholeDelivery)
def get(webhook_id: int, delivery_id: int) -> Response:
    """Get a delivery with its requests and the receiver's answers"""
    return answers.data(read(get_delivery, webhook_id, delivery_id))


@blueprint.post("/deliveries/<id:delivery_id>/replay")
@permit("webhooks.manage")
@contract(result=Delivery, refusals=(409,))
def replay(webhook_id: int, delivery_id: int) -> Response:
    """Send a delivery again, under the same `webhook-id`"""
    return answer_once(lambda tx: replay_delivery(tx, webhook_id, delivery_id), answers.data)


@blueprint.post("/replay")
@permit("webhooks.manage")
@contract(result=Replayed)
def replay_all(webhook_id: int) -> Response:
    """Send all dead deliveries of a webhook again"""
    return answer_once(lambda tx: replay_dead(tx, webhook_id), answers.data)


@blueprint.post("/test")
@permit("webhooks.manage")
@contract(result=Delivery, status=201, refusals=(409,))
def test(webhook_id: int) -> Response:
    """Send a test, once; what came of it is in the log of deliveries"""
    return answer_once(lambda tx: send_test(tx, webhook_id), _created)


def _created(delivery: Delivery) -> Response:
    location = url_for("api_webhook_deliveries.get", webhook_id=delivery.webhook_id, delivery_id=delivery.id)
    return answers.created(delivery, location)
