"""What the Cloud API delivers, in its documented shapes, and a connected number that it is delivered to."""

import hashlib
import hmac
import json
from typing import Any

from crm import clock
from crm.conversations.channels.channels import Channel, connect_channel
from crm.conversations.transport.channel_secrets import Secrets
from crm.conversations.transport.medium import Line
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelFields
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.actor import Actor
from crm.db.database import Database
from crm.vault import Vault

KEY = "k" * 32
NUMBER = "106540352242922"
APP_SECRET = "app-secret-of-the-number"
VERIFY_TOKEN = "word-for-the-handshake"
ACCESS_TOKEN = "EAAG-access-token"
CUSTOMER = "4915112345678"


def channel_fields(**changes: Any) -> WhatsAppChannelFields:
    facts = {
        "phone_number_id": NUMBER,
        "display_phone": "+15550783881",
        "access_token": ACCESS_TOKEN,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
    }
    return WhatsAppChannelFields(**{**facts, **changes})


def connect(db: Database, who: Actor, vault: Vault, **changes: Any) -> Channel:
    return db.write(connect_channel, who, vault, WHATSAPP, channel_fields(**changes))


def line_of() -> Line:
    """The number with its secrets."""
    return Line(
        NUMBER,
        Secrets({"access_token": ACCESS_TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}),
    )


def template_at_meta(name: str, body: str, *others: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A template as Meta lists it; `others` are components beside its text."""
    components = [{"type": "BODY", "text": body}, *others]
    plain = {"name": name, "language": "en_US", "status": "APPROVED", "id": f"id-{name}"}
    return {**plain, "components": components, **facts}


def delivery(*parts: dict[str, Any], number: str = NUMBER, name: str = "Kerry Fisher") -> bytes:
    """A POST body with these messages and statuses, as made by `text`, `message` and `status`.

    What names no time gets that of the test's clock now: Meta tells whole seconds since 1970.
    """
    now = str(int(clock.now().timestamp()))
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
    }
    for part in parts:
        kind = "statuses" if "status" in part else "messages"
        value.setdefault(kind, []).append({"timestamp": now, **part})
    senders = {part["from"] for part in parts if "from" in part}
    if senders:
        value["contacts"] = [{"profile": {"name": name}, "wa_id": sender} for sender in sorted(senders)]
    change = {"value": value, "field": "messages"}
    document = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [change]}],
    }
    return json.dumps(document).encode()


def message(
    wamid: str, kind: str, sender: str = CUSTOMER, at: int | None = None, **content: Any
) -> dict[str, Any]:
    """A message of any kind; `content` is what stands beside its type: `image={…}`, `context={…}`."""
    return {"from": sender, "id": wamid, "type": kind, **_time(at), **content}


def text(wamid: str, body: str = "Hello", **more: Any) -> dict[str, Any]:
    return message(wamid, "text", text={"body": body}, **more)


def status(wamid: str, name: str, at: int | None = None, **more: Any) -> dict[str, Any]:
    return {"id": wamid, "status": name, "recipient_id": CUSTOMER, **_time(at), **more}


def _time(at: int | None) -> dict[str, str]:
    return {} if at is None else {"timestamp": str(at)}


def signature(body: bytes, secret: str = APP_SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed(body: bytes, secret: str = APP_SECRET) -> dict[str, Any]:
    """What a test client posts: body and headers."""
    headers = {"X-Hub-Signature-256": signature(body, secret)}
    return {"data": body, "headers": headers, "content_type": "application/json"}
