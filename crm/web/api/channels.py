"""/api/channels: the connected numbers."""

from flask import Blueprint, Response, url_for

from crm.conversations.channels.channels import (
    Channel,
    change_channel,
    connect_channel,
    disconnect_channel,
    get_channel,
    list_channels,
    show_channel,
)
from crm.conversations.channels.health import clear_fault
from crm.conversations.inbound.events import QuarantinedEvent, list_quarantined, replay_event
from crm.conversations.templates.approved_templates import TemplatesTaken
from crm.conversations.transport.self_tests import Finding
from crm.conversations.whatsapp.channel_fields import (
    WhatsAppChannelChanges,
    WhatsAppChannelFields,
    WhatsAppNumber,
)
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.keyset import Page
from crm.web.auth import permit
from crm.web.idempotency import answer_once
from crm.web.lists.paging import PageQuery
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, query, read, write
from crm.web.responses import answers
from crm.web.whatsapp import NumberHealth, check_number, fetch_templates, number_health, vault

blueprint = Blueprint("api_channels", __name__, url_prefix="/api/channels")


@blueprint.get("")
@permit("channels.read")
@contract(result=WhatsAppNumber, many=True)
def list_all() -> Response:
    """List the connected numbers"""
    return answers.page(Page([show_channel(each) for each in read(list_channels)], None))


@blueprint.post("/whatsapp")
@permit("channels.manage")
@contract(body=WhatsAppChannelFields, result=WhatsAppNumber, status=201, refusals=(409,))
def connect() -> Response:
    """Connect a number of the WhatsApp Cloud API"""
    fields = json_body(WhatsAppChannelFields)
    return answer_once(lambda tx: connect_channel(tx, vault(), WHATSAPP, fields), _created)


@blueprint.get("/<id:channel_id>")
@permit("channels.read")
@contract(result=WhatsAppNumber)
def show(channel_id: int) -> Response:
    """Show a connected number"""
    return _shown(read(get_channel, channel_id))


@blueprint.patch("/<id:channel_id>")
@permit("channels.manage")
@contract(body=WhatsAppChannelChanges, result=WhatsAppNumber, refusals=(412,))
def change(channel_id: int) -> Response:
    """Change some fields or secrets of a number"""
    changes, version = json_body(WhatsAppChannelChanges), expected_version()
    return _shown(write(change_channel, vault(), channel_id, changes, expected_version=version))


@blueprint.get("/<id:channel_id>/health")
@permit("channels.read")
@contract(result=NumberHealth)
def show_health(channel_id: int) -> Response:
    """Show when the number last received and sent, and what waits or failed"""
    return answers.data(number_health(channel_id))


@blueprint.post("/<id:channel_id>/test")
@permit("channels.manage")
@contract(result=list[Finding])
def check(channel_id: int) -> Response:
    """Test the handshake, a signed delivery and the number's access token"""
    return answers.data(check_number(channel_id))


@blueprint.post("/<id:channel_id>/templates")
@permit("channels.manage")
@contract(result=TemplatesTaken, refusals=(409,))
def take_templates(channel_id: int) -> Response:
    """Fetch the templates that WhatsApp approved for the number's account"""
    return answers.data(fetch_templates(channel_id))


@blueprint.post("/<id:channel_id>/resume")
@permit("channels.manage")
@contract(status=204)
def resume(channel_id: int) -> Response:
    """Resume sending from a number after its problem was solved"""
    return answer_once(lambda tx: clear_fault(tx, channel_id), lambda _: answers.no_content())


@blueprint.get("/quarantine")
@permit("channels.manage")
@contract(query=PageQuery, result=QuarantinedEvent, many=True)
def list_quarantine() -> Response:
    """List the quarantined events, newest first"""
    wanted = query(PageQuery)
    return answers.page(read(list_quarantined, limit=wanted.limit, cursor=wanted.cursor))


@blueprint.post("/quarantine/<id:event_id>/replay")
@permit("channels.manage")
@contract(status=204)
def replay(event_id: int) -> Response:
    """Process a quarantined event again"""
    return answer_once(lambda tx: replay_event(tx, event_id), lambda _: answers.no_content())


@blueprint.delete("/<id:channel_id>")
@permit("channels.manage")
@contract(status=204, refusals=(412,))
def disconnect(channel_id: int) -> Response:
    """Disconnect a number; its conversations are kept"""
    write(disconnect_channel, channel_id, expected_version=expected_version())
    return answers.no_content()


def _shown(channel: Channel) -> Response:
    return answers.data(show_channel(channel), version=channel.version)


def _created(channel: Channel) -> Response:
    location = url_for("api_channels.show", channel_id=channel.id)
    return answers.created(show_channel(channel), location, version=channel.version)
