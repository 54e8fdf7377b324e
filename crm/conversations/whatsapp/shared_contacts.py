"""Contacts shared in a message, and the one by which a customer shares their own phone."""

import re
from typing import Any

from crm.conversations.whatsapp.texts import clean_line, name_among, phone_of

MOST = 200
OWN = "contact_request"
CARD_NAME = re.compile(r"^FN(?:;[^:\r\n]*)?:(.+)$", re.MULTILINE)


def read_people(part: Any) -> list[dict[str, Any]]:
    """`name`, `phones`, `emails` and `company`; one without a name is called by what else is known."""
    return [_person(person) for person in part[:MOST]]


def own_phone(part: Any) -> str | None:
    """The sender's own number (E.164), given because they were asked for it."""
    for person in part:
        if person.get("origin") == OWN:
            for phone in person.get("phones") or []:
                found = phone_of(phone.get("wa_id")) or phone_of(
                    re.sub(r"[\s().-]", "", str(phone.get("phone")))
                )
                if found:
                    return found
    return None


def _person(person: Any) -> dict[str, Any]:
    name = person.get("name") or {}
    phones = [
        clean_line(str(each.get("phone") or each.get("wa_id") or "")) for each in person.get("phones") or []
    ]
    emails = [clean_line(str(each.get("email") or "")) for each in person.get("emails") or []]
    company = clean_line(str((person.get("org") or {}).get("company") or ""))
    parts = [str(name[each]) for each in ("first_name", "last_name") if name.get(each)]
    card = CARD_NAME.search(str(person.get("vcard") or ""))
    candidates = (
        name.get("formatted_name"),
        " ".join(parts),
        card[1] if card else "",
        company,
        *phones,
        *emails,
    )
    return {
        "name": name_among(*candidates) or "?",
        "phones": phones,
        "emails": emails,
        "company": company or None,
    }
