"""Opaque secrets that a client keeps and of which the database stores only a hash."""

import base64
import hashlib
import secrets

SECRET_BYTES = 32
LONGEST = 128


def new_secret() -> str:
    return encode_secret(secrets.token_bytes(SECRET_BYTES))


def encode_secret(raw: bytes) -> str:
    """The form for cookies, headers and links."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def hash_secret(secret: str) -> str:
    """What is stored. With 256 random bits nobody can guess it back, so a fast hash without salt will do."""
    return hashlib.sha256(secret[:LONGEST].encode("utf-8", "replace")).hexdigest()
