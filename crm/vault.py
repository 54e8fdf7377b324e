"""Encryption of stored secrets with a key derived from the server's own."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class SealBroken(Exception):
    """Sealed with another key, for another place, or damaged."""


class Vault:
    """`place` names where a sealed text belongs: moved to another row, it does not open.

    `others` are keys that a rotation has not replaced everywhere yet: what they sealed is read still.
    """

    def __init__(self, secret_key: str, others: Sequence[str] = ()) -> None:
        self._ciphers = [AESGCM(_derive(key, b"holdfast: sealed secrets")) for key in (secret_key, *others)]
        self._mark_key = _derive(secret_key, b"holdfast: marks of secrets")

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken."""
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):
                return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode()).decode()
        raise SealBroken

    def mark(self, text: str) -> str:
        """A keyed hash, by which a row is found from its secret without telling the secret."""
        return hmac.new(self._mark_key, text.encode(), hashlib.sha256).hexdigest()


def _derive(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
