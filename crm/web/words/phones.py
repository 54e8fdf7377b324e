"""Phone numbers as people read them."""

from functools import lru_cache

import phonenumbers


@lru_cache(4096)
def phone(e164: str) -> str:
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
