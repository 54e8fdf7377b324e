"""Opaque secrets that a client holds and the database only recognises."""

import hashlib
import secrets

SECRET_BYTES = 32
LONGEST = 128


def new_secret(prefix: str = "") -> str:
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    """What is stored. With 256 random bits nobody can guess it back, so a fast hash without salt will do."""
    return hashlib.sha256(secret[:LONGEST].encode("utf-8", "replace")).hexdigest()
