"""Signatures as Standard Webhooks has them: https://www.standardwebhooks.com, version 1 of its signatures."""

import base64
import hmac
import secrets
from collections.abc import Iterable

from crm.version import VERSION

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_webhook_secret() -> str:
    return as_webhook_secret(secrets.token_bytes(SECRET_BYTES))


def as_webhook_secret(raw: bytes) -> str:
    """In the form that people copy: of 24 to 64 bytes."""
    return PREFIX + base64.b64encode(raw).decode()


def sign(keys: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature for each secret, with blanks between."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(key, signed)}" for key in keys)


def request_headers(message_id: str, timestamp: int, signature: str) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "user-agent": f"Holdfast/{VERSION}",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }


def _signature(key: str, signed: bytes) -> str:
    raw = base64.b64decode(key.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(raw, signed, "sha256")).decode()
