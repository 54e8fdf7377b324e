"""What an answer of the Cloud API means for the sent message."""

from collections.abc import Mapping
from typing import Any

import orjson

from crm.conversations.transport.send_results import Ambiguous, Locked, Passing, Permanent, SendResult, Sent
from crm.conversations.whatsapp.texts import problem_of

# Codes as Meta's reference of errors has them. What is not listed is refused for good.
PASSING = frozenset({1, 2, 131000, 131016, 131056, 131057, 133004})
THROTTLED = frozenset({4, 80007, 130429, 131048})
LOCKED = frozenset({0, 3, 10, 33, 190, 368, 131005, 131031, 131042, 131045, 133010, *range(200, 300)})


def outcome_of(status: int, headers: Mapping[str, str], body: bytes) -> SendResult:
    document = _document(body)
    if 200 <= status < 300:
        return _accepted(document)
    error = document.get("error")
    if not isinstance(error, Mapping):
        return _without_words(status, headers)
    code = error.get("code") if isinstance(error.get("code"), int) else None
    problem = problem_of(error) or f"WhatsApp refused it ({status})."
    if code in THROTTLED or status == 429:
        return Passing(problem, code, retry_after(headers), whole_number=True)
    if code in LOCKED:
        return Locked(problem, code)
    if code in PASSING or error.get("is_transient") is True or status >= 500:
        return Passing(problem, code, retry_after(headers))
    return Permanent(problem, code)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds; a date is not read."""
    seconds = headers.get("retry-after", "")
    return float(seconds) if seconds.isascii() and seconds.isdigit() else None


def _accepted(document: Mapping[str, Any]) -> SendResult:
    try:
        external_id = document["messages"][0]["id"]
    except (KeyError, IndexError, TypeError):
        external_id = None
    if not isinstance(external_id, str) or not external_id:
        return Ambiguous("WhatsApp took the message but did not tell its id.")
    return Sent(external_id)


def _without_words(status: int, headers: Mapping[str, str]) -> SendResult:
    """An answer that the API itself did not write: a proxy in between may have lost the real one."""
    problem = f"The address of WhatsApp answered {status} without saying why."
    if status == 429:
        return Passing(problem, None, retry_after(headers), whole_number=True)
    if status >= 500:
        return Ambiguous(problem)
    if status in {401, 403, 404} or status < 400:
        return Locked(problem)
    return Permanent(problem)


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        document = orjson.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
