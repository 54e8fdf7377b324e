"""Settings: what was sent to a webhook, and sending it again."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from pydantic import BaseModel, ConfigDict, Field

from crm.errors import Conflict
from crm.web.auth import permit
from crm.web.i18n import worded
from crm.web.requests.reading import parse_address, read, write
from crm.web.responses.toasts import complain, say
from crm.webhooks.deliveries import (
    State,
    get_delivery,
    list_deliveries,
    replay_dead,
    replay_delivery,
    send_test,
)
from crm.webhooks.webhook import find_webhook, get_webhook

blueprint = Blueprint("webhook_deliveries", __name__, url_prefix="/settings/webhooks/<id:webhook_id>")

PAGE = 50


class DeliveriesAddress(BaseModel):
    model_config = ConfigDict(extra="ignore")

    state: State | None = None
    cursor: str | None = Field(None, max_length=400)


@blueprint.get("/deliveries")
@permit("webhooks.manage")
def show_deliveries(webhook_id: int) -> str:
    given = {name: value for name, value in request.args.items() if value}
    wanted = parse_address(DeliveriesAddress, given)
    return render_template(
        "webhooks/deliveries.html",
        webhook=read(find_webhook, webhook_id) or read(get_webhook, webhook_id),
        state=wanted.state,
        found=read(list_deliveries, webhook_id, state=wanted.state, limit=PAGE, cursor=wanted.cursor),
    )


@blueprint.get("/deliveries/<id:delivery_id>")
@permit("webhooks.manage")
def show_delivery(webhook_id: int, delivery_id: int) -> str:
    return render_template(
        "webhooks/delivery.html",
        delivery=read(get_delivery, webhook_id, delivery_id),
        webhook=read(find_webhook, webhook_id),
    )


@blueprint.post("/deliveries/<id:delivery_id>/replay")
@permit("webhooks.manage")
def replay(webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    try:
        write(replay_delivery, webhook_id, delivery_id)
    except Conflict as error:
        complain(worded(error.message))
    else:
        say(_("It is sent again."))
    here = url_for("webhook_deliveries.show_delivery", webhook_id=webhook_id, delivery_id=delivery_id)
    return redirect(here, 303)


@blueprint.post("/replay")
@permit("webhooks.manage")
def replay_all(webhook_id: int) -> ResponseReturnValue:
    count = write(replay_dead, webhook_id).queued
    say(ngettext("%(num)d delivery is sent again.", "%(num)d deliveries are sent again.", count))
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@blueprint.post("/test")
@permit("webhooks.manage")
def test(webhook_id: int) -> ResponseReturnValue:
    try:
        delivery = write(send_test, webhook_id)
    except Conflict as error:
        complain(worded(error.message))
        return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)
    here = url_for("webhook_deliveries.show_delivery", webhook_id=webhook_id, delivery_id=delivery.id)
    return redirect(here, 303)
