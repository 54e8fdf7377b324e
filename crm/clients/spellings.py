"""The spellings of one phone number, and the one by which numbers are compared.

A number is stored and shown as it was given.
"""

from crm.clients.number_rules import KEYED, RULES

COUNTRIES = tuple({rule.country for rule in RULES})


def phone_key(phone: str) -> str:
    """Of the spellings of an E.164 number by which conversations are stored the one that is their key."""
    return next((key for rule in KEYED if (key := rule.as_first(phone)) is not None), phone)


def spellings(phone: str) -> tuple[str, ...]:
    """The number as given, its key, and its other spellings."""
    if not phone.startswith(COUNTRIES):
        return (phone,)
    rules = [rule for rule in RULES if phone.startswith(rule.country)]
    found = dict.fromkeys((phone, phone_key(phone)))
    waiting = list(found) if rules else []
    while waiting:
        known = waiting.pop(0)
        turned = (each for rule in rules for each in (rule.as_first(known), rule.as_second(known)))
        new = [each for each in dict.fromkeys(turned) if each is not None and each not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return tuple(found)


def keys(phone: str) -> tuple[str, ...]:
    """The key of each spelling, the number's own first."""
    return tuple(dict.fromkeys(phone_key(each) for each in spellings(phone)))


def is_same_number(phone: str, other: str) -> bool:
    return phone == other or other in spellings(phone)
