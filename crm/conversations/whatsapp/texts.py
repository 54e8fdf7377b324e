"""Reading parts of WhatsApp's documents: texts, times, phones and errors of any shape."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crm import clock
from crm.conversations.transport.received import NotUnderstood
from crm.fields import NO_TEXT, has_shape, plain_text

Part = Mapping[str, Any]
DIGITS = re.compile(r"[0-9]{5,15}")
LATEST = 253_402_300_799
# They turn the direction of the text around them, by which a name deceives.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
BLANKS = re.compile(r"\s+")


def clean(text: str) -> str:
    """Cleaned like the texts of users; characters that are refused from users are removed."""
    return plain_text(NO_TEXT.sub("", text))


def cleaned(part: Any) -> Any:
    """A part of a document with all its texts cleaned, keys as well."""
    if isinstance(part, str):
        return clean(part)
    if isinstance(part, Mapping):
        return {clean(str(key)): cleaned(value) for key, value in part.items()}
    return [cleaned(each) for each in part] if isinstance(part, list) else part


def clean_line(text: str, longest: int = 200) -> str:
    """One line, as of a name: without turns of direction and runs of blanks."""
    return BLANKS.sub(" ", TURNS.sub("", clean(text))).strip()[:longest].strip()


def name_among(*candidates: object) -> str:
    """The first candidate that is a visible name, in one line; empty if there is none."""
    lines = (clean_line(each) for each in candidates if isinstance(each, str))
    return next((line for line in lines if has_shape(line)), "")


def part_of(value: Part, name: str) -> Part:
    part = value.get(name)
    if not isinstance(part, Mapping):
        raise NotUnderstood(f"without {name}")
    return part


def first_of(value: Part, name: str) -> Part:
    """The first entry of a list; empty if there is none."""
    found = value.get(name)
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, Mapping) else {}


def text_of(part: Part, name: str) -> str:
    found = optional_text(part.get(name))
    if found is None:
        raise NotUnderstood(f"without {name}")
    return found


def optional_text(value: object) -> str | None:
    return value if isinstance(value, str) and value and "\0" not in value else None


def phone_of(value: object) -> str | None:
    """E.164 of a WhatsApp id that is a phone number."""
    digits = value.removeprefix("+") if isinstance(value, str) else ""
    return f"+{digits}" if DIGITS.fullmatch(digits) else None


def moment(timestamp: object) -> str:
    seconds = int(str(timestamp))
    if not 0 < seconds <= LATEST:
        raise NotUnderstood("a time that is none")
    return clock.as_text(datetime.fromtimestamp(seconds, UTC))


def problem_of(error: Part) -> str | None:
    """The most detailed sentence of an error, as the API and its webhooks give it."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else None
    sentence = details or error.get("details") or error.get("message") or error.get("title")
    return clean(str(sentence))[:500] if sentence else None
