"""Phone numbers in their one stored form, E.164."""

import phonenumbers

from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence


def settle_phone(tx: Transaction, text: str) -> str:
    """The number as E.164; a national one is of the workspace's country. Raises Invalid naming `phone`."""
    region = None if text.startswith("+") else workspace_country(tx)
    return as_e164(text, region)


def as_whatsapp_tells(text: str) -> str | None:
    """E.164 of a whole international number that lacks its `+`, or has `00` in its place; None otherwise."""
    try:
        number = phonenumbers.parse(f"+{text.removeprefix('00')}")
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def workspace_country(tx: Transaction) -> str:
    return str(tx.value("SELECT country FROM workspaces WHERE id = :workspace_id"))


def as_e164(text: str, region: str | None) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise Invalid.field("phone", "is not a phone number") from None
    if number.extension:
        raise Invalid.field("phone", "may not hold an extension; put it into the notes")
    if not phonenumbers.is_possible_number(number):
        place = _place(number, region)
        raise Invalid.field("phone", Sentence("is not a possible phone number of {place}", place=place))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _place(number: phonenumbers.PhoneNumber, region: str | None) -> str:
    return region or f"+{number.country_code}"
