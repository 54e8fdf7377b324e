"""Read phone numbers as people and programs write them."""

import re

from crm.clients.phones import as_e164, calling_code, code_of, is_valid
from crm.errors import Invalid

SHORTEST_WHOLE = 11
FIRST_DIGITS = re.compile(r"[0-9]+")


def number_as_phone(text: str, region: str) -> str | None:
    """E.164, or None. `491512345678` lacks its plus sign; `(0)` is dialled only within the country."""
    text = text.lstrip("-' ")
    text = text.replace("(0)", "") if text.startswith(("+", "00")) else text
    if not any(char.isdigit() for char in text) or any(char in "*#" for char in text):
        return None
    if text.startswith("+"):
        return _as_e164(text, None)
    digits = "".join(char for char in text if char.isdigit()).removeprefix("00")
    whole = _as_e164(f"+{digits}", None) if len(digits) >= SHORTEST_WHOLE and _may_be_whole(text) else None
    whole = whole if whole is None or _begins_by_code(text, whole) else None
    if whole is not None and digits.startswith(calling_code(region)):
        return whole
    national = None if _is_foreign(digits, region) else _as_e164(text, region)
    if whole is not None and is_valid(whole) and not (national is not None and is_valid(national)):
        return whole
    return national or whole


def _is_foreign(digits: str, region: str) -> bool:
    """In North America no number begins with a zero, though one of ten digits may look possible."""
    return calling_code(region) == "1" and digits.startswith("0")


def _may_be_whole(text: str) -> bool:
    """One leading zero marks a national number, two an international one."""
    return text[0] != "0" or text.startswith("00")


def _as_e164(text: str, region: str | None) -> str | None:
    try:
        return as_e164(text, region)
    except Invalid:
        return None


def _begins_by_code(text: str, whole: str) -> bool:
    """Of `8 (495) 123-45-67` the 84 is not the code of Vietnam: it is no group of its own."""
    first = FIRST_DIGITS.search(text)
    return first is not None and len(first[0].removeprefix("00")) >= len(code_of(whole))
