"""What a platform is to Holdfast: how its figures are asked for, and what its answers mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from crm.campaigns.platform_rows import PlatformRow

USUAL_PAUSE = 60.0
LONGEST_STOP = 30.0
WITH_ADS = "with_ads"
"""The option of platforms that tell the figures of ads, too."""


class PullAgain(Exception):
    """A limit, or a report that is not made yet: `seconds` is how long to wait, if the platform says so.

    Where it is `pending`, the platform is at work on what was asked, and nothing is wrong. `broken`: the
    answer failed on its way, and may come in a moment.
    """

    def __init__(
        self, message: str, seconds: float | None = None, *, pending: bool = False, broken: bool = False
    ) -> None:
        super().__init__(message)
        self.message, self.seconds, self.pending, self.broken = message, seconds, pending, broken

    @property
    def is_short(self) -> bool:
        """Whether the run waits for it."""
        told = self.seconds is not None and self.seconds <= LONGEST_STOP
        return not self.pending and (told or (self.broken and self.seconds is None))


class PullRefused(Exception):
    """What only a person can mend, such as a token that is no longer good."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Raises PullAgain where it is none: an error page of something in between."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise PullAgain(f"It answered {self.status}, not as documented.", broken=True) from None


@dataclass(frozen=True, slots=True)
class Account:
    """What is asked for: `credentials` and `options` have the names that the platform lists."""

    base: str
    account: str
    credentials: Mapping[str, str]
    options: Mapping[str, str]
    since: date
    until: date
    currency: str = ""


@dataclass(frozen=True, slots=True)
class PulledPage:
    rows: list[PlatformRow]
    next: Request | None = None


@dataclass(frozen=True, slots=True)
class Platform:
    """`log_in` is asked first where set; `read_log_in` gives the credentials that it adds.

    `first` is the first request, `details` the one for ads; `read` makes rows of the answer. They raise
    PullAgain and PullRefused.
    `most_a_minute` is how many requests the platform bears from one account. Of the options `one_of` at least
    one is needed.
    """

    name: str
    title: str
    setting: str
    credentials: tuple[str, ...]
    first: Callable[[Account], Request]
    read: Callable[[Account, Request, Answer], PulledPage]
    options: tuple[str, ...] = ()
    may_lack: frozenset[str] = frozenset()
    log_in: Callable[[Account], Request] | None = None
    read_log_in: Callable[[Answer], Mapping[str, str]] | None = None
    most_a_minute: int = 60
    details: Callable[[Account], Request] | None = None
    one_of: tuple[str, ...] = ()


def refuse_status(answer: Answer) -> None:
    """Raises PullAgain for 429 and 5xx, and PullRefused for 401 and 403."""
    if answer.status == 429 or answer.status >= 500:
        broken = answer.status >= 500
        raise PullAgain(f"It answered {answer.status}.", waited_for(answer), broken=broken)
    if answer.status in {401, 403}:
        raise PullRefused(f"It answered {answer.status}: the credentials are not good.")


def waited_for(answer: Answer, header: str = "retry-after") -> float | None:
    text = answer.headers.get(header, "").strip()
    return min(float(text), 86_400.0) if text.isascii() and text.isdigit() and len(text) < 9 else None


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "content-type": "application/json"}
