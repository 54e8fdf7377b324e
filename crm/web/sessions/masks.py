"""Secrets in a page, masked anew in each answer, so that its compressed length reveals nothing.

(BREACH: Gluck, Harris, Prado: "SSL, gone in 30 seconds", 2013, section on masking secrets.)
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

MARK = "m."


def mask(secret: str) -> str:
    """The secret masked with a one-time pad, which is put before it."""
    plain = secret.encode()
    pad = secrets.token_bytes(len(plain))
    return MARK + urlsafe_b64encode(pad + _xor(pad, plain)).decode()


def unmask(text: str) -> str:
    """The unmasked secret. Anything else is returned as it is, such as a token from before an upgrade."""
    if not text.startswith(MARK):
        return text
    try:
        both = urlsafe_b64decode(text.removeprefix(MARK))
        return _xor(both[: len(both) // 2], both[len(both) // 2 :]).decode()
    except ValueError:
        return text


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
