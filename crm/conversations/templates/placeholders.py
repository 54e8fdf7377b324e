"""The places in a template's text that are filled when it is sent: `{{1}}`, or by name `{{first_name}}`."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{\{\s*([0-9]{1,2}|[a-z_][a-z0-9_]*)\s*\}\}")
ANY_PLACE = re.compile(r"\{\{.*?\}\}")


def find_placeholders(text: str) -> list[str]:
    """Their names, each once: by number up to the last one, or as they come."""
    found = list(dict.fromkeys(PLACE.findall(text)))
    numbers = [int(name) for name in found if name.isdigit()]
    if len(numbers) == len(found):
        return [str(number) for number in range(1, max(numbers, default=0) + 1)]
    return found


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """A place without a value stays as it is."""
    return PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def only_known_placeholders(text: str) -> bool:
    """Whether each can be filled: of one kind alone, numbered or named, and written as WhatsApp has them."""
    kinds = {name.isdigit() for name in PLACE.findall(text)}
    return len(kinds) <= 1 and ANY_PLACE.search(PLACE.sub("", text)) is None
