"""What Meta's Graph API answers where it refuses: limits, tokens that are no longer good, and the rest."""

from typing import Any

import orjson

from crm.campaigns.platforms.description import Answer, PullAgain, PullRefused, refuse_status, waited_for
from crm.campaigns.platforms.numbers import entries, mapping, number_of

LIMITS = {1, 2, 4, 17, 32, 341, 368, 613, 80000, 80003, 80004, 80014}
TOKEN_CODES = {10, 102, 190, 200, 459, 463, 464, 467}
USAGE = "x-business-use-case-usage"
LONGEST_WAIT = 86_400.0


class TokenRefused(PullRefused):
    """Nothing can be asked until a person enters another token, or gives it more rights."""


def graph_body(answer: Answer) -> dict[str, Any]:
    """The object that it answered. Raises PullAgain for limits and passing faults, else PullRefused."""
    body = mapping(answer.json())
    if "error" in body:
        _refuse(answer, mapping(body["error"]))
    refuse_status(answer)
    if answer.status != 200:
        raise PullAgain(f"Meta answered {answer.status}, not as documented.")
    return body


def _refuse(answer: Answer, error: dict[str, Any]) -> None:
    code, said = error.get("code"), f"Meta: {str(error.get('message', ''))[:200]}"
    if code in TOKEN_CODES:
        raise TokenRefused(said)
    if code in LIMITS or error.get("is_transient") is True or answer.status == 429 or answer.status >= 500:
        raise PullAgain(said, _wait(answer))
    raise PullRefused(said)


def _wait(answer: Answer) -> float | None:
    """Seconds: as the header says, or as the usage of the account does, in minutes."""
    if (told := waited_for(answer)) is not None:
        return told
    try:
        usage = mapping(orjson.loads(answer.headers.get(USAGE, "{}")))
    except orjson.JSONDecodeError:
        return None
    minutes = [
        number_of(each.get("estimated_time_to_regain_access")) or 0
        for of_account in usage.values()
        for each in entries(of_account)
    ]
    longest = float(max(minutes, default=0)) * 60
    return min(longest, LONGEST_WAIT) or None
