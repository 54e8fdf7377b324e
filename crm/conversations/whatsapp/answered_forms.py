"""What a customer answered in a form of WhatsApp (a flow), as lines that people can read."""

from collections.abc import Iterator
from typing import Any

import orjson

MOST = 100
LONGEST = 1_000
# It says which form it was, to who made the form.
TOKEN = "flow_token"  # noqa: S105 - a name


def read_answers(response: Any) -> list[dict[str, str]]:
    """`name` and `value` of each answer, nested ones by their last name; nothing of what is no object."""
    try:
        answers = orjson.loads(response) if isinstance(response, str) else response
    except ValueError:
        return []
    if not isinstance(answers, dict):
        return []
    lines = ({"name": name[:LONGEST], "value": value[:LONGEST]} for name, value in _lines(answers))
    return [line for line, _ in zip(lines, range(MOST), strict=False)]


def _lines(answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in answers.items():
        if name == TOKEN:
            continue
        if isinstance(value, dict):
            yield from _lines(value)
        elif isinstance(value, list):
            yield name, ", ".join(str(each) for each in value)
        elif value is not None:
            yield name, str(value)
