"""Made-up conversations as the Cloud API delivers them: replies come as those of the phone's own app do."""

from typing import Any

import orjson

from crm.conversations.transport.example_talk import ExampleTalk, Spoken
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelFields

NUMBER_ID = "100000000000001"
DISPLAYED = "+12025550123"
NOBODY_S = "made-up"


def _channel() -> WhatsAppChannelFields:
    """A number for films and examples; its secrets open nothing."""
    return WhatsAppChannelFields(
        phone_number_id=NUMBER_ID,
        display_phone=DISPLAYED,
        access_token=NOBODY_S,
        app_secret=NOBODY_S,
        verify_token=NOBODY_S,
        create_leads=False,
    )


def _delivery(said: Spoken) -> bytes:
    digits = said.phone.removeprefix("+")
    message: dict[str, Any] = {
        "id": said.key,
        "timestamp": str(int(said.at.timestamp())),
        "type": "text",
        "text": {"body": said.text},
    }
    if said.ours:
        written = {"from": DISPLAYED.removeprefix("+"), "to": digits, **message}
        return _wrapped("smb_message_echoes", {"message_echoes": [written]})
    received = {"from": digits, **message}
    if said.ad is not None:
        received["referral"] = dict(said.ad)
    contacts = [{"profile": {"name": said.name}, "wa_id": digits}]
    return _wrapped("messages", {"contacts": contacts, "messages": [received]})


def _read(said: Spoken) -> bytes:
    digits = said.phone.removeprefix("+")
    status = {
        "id": said.key,
        "status": "read",
        "timestamp": str(int(said.at.timestamp()) + 60),
        "recipient_id": digits,
    }
    return _wrapped("messages", {"statuses": [status]})


def _wrapped(field: str, parts: dict[str, Any]) -> bytes:
    metadata = {"display_phone_number": DISPLAYED.removeprefix("+"), "phone_number_id": NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **parts}
    entry = {"id": NUMBER_ID, "changes": [{"field": field, "value": value}]}
    return orjson.dumps({"object": "whatsapp_business_account", "entry": [entry]})


EXAMPLE_TALK = ExampleTalk(_channel, _delivery, _read)
