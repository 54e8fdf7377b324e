"""Whether WhatsApp signed a delivery, by the app secret of a number."""

import hashlib
import hmac

from crm.conversations.transport.channel_secrets import Secrets

PREFIX = "sha256="


def is_signed(raw: bytes, signature: str, secrets: Secrets) -> bool:
    """Whether `sha256=HEX` is the HMAC of these very bytes; compared in constant time."""
    expected = PREFIX + hmac.new(secrets["app_secret"].encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
