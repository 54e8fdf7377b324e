"""The placeholders in a template's text: `{{1}}`, or by name `{{first_name}}`."""

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
    """Whether all can be filled: all numbered or all named, and spelled as WhatsApp requires."""
    kinds = {name.isdigit() for name in PLACE.findall(text)}
    return len(kinds) <= 1 and ANY_PLACE.search(PLACE.sub("", text)) is None
