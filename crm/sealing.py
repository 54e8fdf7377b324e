"""The cipher of the vault: its library takes megabytes, so it is loaded once something is sealed or read."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["AESGCM", "InvalidTag"]
