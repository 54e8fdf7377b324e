"""Addresses and numbers as platforms compare them: in one spelling, and hashed."""

import hashlib

GMAIL = frozenset({"gmail.com", "googlemail.com"})


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def email_for_meta(email: str) -> str:
    return hashed(email.strip().lower())


def email_for_google(email: str) -> str:
    """Google leaves out the dots, and what stands behind a plus, of its own addresses."""
    name, _, domain = email.strip().lower().rpartition("@")
    if domain in GMAIL:
        name = name.partition("+")[0].replace(".", "")
    return hashed(f"{name}@{domain}")


def phone_for_meta(phone: str) -> str:
    """Digits with the country's, and no sign."""
    return hashed("".join(sign for sign in phone if sign.isdigit()))


def phone_for_google(phone: str) -> str:
    """E.164."""
    return hashed("+" + "".join(sign for sign in phone if sign.isdigit()))
