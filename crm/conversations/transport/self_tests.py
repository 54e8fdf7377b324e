"""The findings of a channel's self-test, and how it recognises its own handshake."""

import secrets
from dataclasses import dataclass

OWN_CHALLENGE = "holdfast-self-test-"


@dataclass(frozen=True, slots=True)
class Finding:
    """Of the self-test: `step` is secrets, handshake, delivery or token."""

    step: str
    passed: bool
    detail: str


def own_challenge() -> str:
    """What the self-test asks its handshake with, by which it is known not to be WhatsApp's."""
    return f"{OWN_CHALLENGE}{secrets.token_hex(8)}"
