"""Encryption of stored secrets with a key derived from the server's own."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from crm.when_used import WhenUsed

if TYPE_CHECKING:
    from crm import sealing
else:
    sealing = WhenUsed("crm.sealing")

NONCE_BYTES = 12


class SealBroken(Exception):
    """Sealed with another key, for another place, or damaged."""


class Vault:
    """`place` names where a sealed text belongs: moved to another row, it does not open.

    `others` are keys that a rotation has not replaced everywhere yet: what they sealed is read still.
    """

    def __init__(self, secret_key: str, others: Sequence[str] = ()) -> None:
        self._keys = [_derive(key, b"holdfast: sealed secrets") for key in (secret_key, *others)]
        self._secret_key = secret_key
        self._mark_key = _derive(secret_key, b"holdfast: marks of secrets")

    @cached_property
    def _ciphers(self) -> "list[sealing.AESGCM]":
        return [sealing.AESGCM(key) for key in self._keys]

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken."""
        for cipher in self._ciphers:
            with suppress(sealing.InvalidTag, ValueError):
                return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode()).decode()
        raise SealBroken

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose, the same each time; another once the server's key is another."""
        return _derive(self._secret_key, f"holdfast: {purpose}".encode())

    def mark(self, text: str) -> str:
        """A keyed hash, by which a row is found from its secret without telling the secret."""
        return hmac.new(self._mark_key, text.encode(), hashlib.sha256).hexdigest()


def _derive(secret_key: str, purpose: bytes) -> bytes:
    """HKDF with SHA-256, without a salt, for one block of 32 bytes (RFC 5869, sections 2.2 and 2.3)."""
    extracted = hmac.digest(bytes(32), secret_key.encode(), "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")
