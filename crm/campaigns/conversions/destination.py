"""What a platform that is told of conversions is to Holdfast."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from crm.campaigns.conversions.event import Event
from crm.campaigns.platforms.description import Account, Answer, Request


@dataclass(frozen=True, slots=True)
class Access:
    """`base` is the address of the interface; `account` the number at the platform."""

    base: str
    account: str
    credentials: Mapping[str, str]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Destination:
    """`clicks` are the names of the ids that make a lead one of this platform.

    `read` raises PullAgain where the platform took nothing yet, and PullRefused and TokenRefused. `longest`
    is how old a conversion may be, `of_click` whether from the click on. Within `drops_repeats` after it was
    told first, the platform drops the same id; what is unsure after that is left to a person.
    """

    setting: str
    clicks: tuple[str, ...]
    request: Callable[[Access, Event], Request]
    read: Callable[[Answer], None]
    longest: timedelta
    drops_repeats: timedelta
    of_click: bool = False
    log_in: Callable[[Account], Request] | None = None
    read_log_in: Callable[[Answer], Mapping[str, str]] | None = None
