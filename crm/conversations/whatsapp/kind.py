"""WhatsApp, as a kind of channel."""

from datetime import timedelta
from typing import Any

from crm.conversations.phone_numbers import read_phone
from crm.conversations.transport.channel_kind import ChannelKind, MediaRules, Reading, Setup
from crm.conversations.transport.outgoing import MediaKind
from crm.conversations.whatsapp.channel_fields import (
    WhatsAppChannelChanges,
    WhatsAppChannelFields,
    WhatsAppNumber,
)
from crm.conversations.whatsapp.delivery import accounts_of, numbers_of, split_delivery
from crm.conversations.whatsapp.example_talk import EXAMPLE_TALK
from crm.conversations.whatsapp.links import no_number, wa_me_link
from crm.conversations.whatsapp.reading import read_event
from crm.conversations.whatsapp.signatures import is_signed
from crm.db.transaction import Transaction

MEDIA_KINDS: dict[str, MediaKind] = {
    "image/jpeg": "image", "image/png": "image", "video/mp4": "video", "video/3gpp": "video",
    "audio/aac": "audio", "audio/amr": "audio", "audio/mpeg": "audio", "audio/mp4": "audio",
    "audio/ogg": "audio",
}  # fmt: skip
CAPTION_LENGTH = 1_024


def _prepare(tx: Transaction, values: dict[str, Any]) -> dict[str, Any]:
    if "display_phone" not in values:
        return values
    return {**values, "display_phone": read_phone(tx, values["display_phone"], "display_phone")}


WHATSAPP = ChannelKind(
    name="whatsapp",
    label="WhatsApp",
    window=timedelta(hours=24),
    has_templates=True,
    media=MediaRules(MEDIA_KINDS, CAPTION_LENGTH),
    setup=Setup(
        fields=WhatsAppChannelFields,
        changes=WhatsAppChannelChanges,
        shape=WhatsAppNumber,
        columns={
            "phone_number_id": "address",
            "display_phone": "shown_as",
            "business_account_id": "account_id",
        },
        secrets=("access_token", "app_secret", "verify_token"),
        handshake="verify_token",
        prepare=_prepare,
    ),
    reading=Reading(numbers_of, accounts_of, is_signed, split_delivery, read_event),
    sender="crm.conversations.whatsapp.cloud_api:CloudApi",
    unconnected=no_number,
    link=wa_me_link,
    examples=EXAMPLE_TALK,
)
