"""All figures of an account for some days: page after page, no faster than the platform bears."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from crm.campaigns.platform_rows import PlatformRow, add_up
from crm.campaigns.platforms.description import (
    WITH_ADS,
    Account,
    Answer,
    Platform,
    PullAgain,
    PulledPage,
    PullRefused,
    Request,
)

MOST_PAGES = 2_000
MOST_ROWS = 1_000_000
SHORT_STOPS = (5.0, 20.0)
"""How long it waits before it asks for the same page again, where the platform does not say."""
Fetch = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True)
class Pulled:
    """`left_out` counts the rows of these days that name no campaign, such as visits that none led to."""

    rows: list[PlatformRow]
    left_out: int


def pull(platform: Platform, account: Account, fetch: Fetch, pause: Callable[[float], None]) -> Pulled:
    """Everything or nothing: an account half told would look like days without costs.

    Rows of other days than those asked for are left out. Raises PullAgain and PullRefused.
    """
    if platform.log_in is not None and platform.read_log_in is not None:
        added = platform.read_log_in(fetch(platform.log_in(account)))
        account = replace(account, credentials={**account.credentials, **added})
    rows = _read_pages(platform, account, platform.first(account), fetch, pause)
    if platform.details is not None and account.options.get(WITH_ADS):
        pause(60.0 / platform.most_a_minute)
        found = _read_pages(platform, account, platform.details(account), fetch, pause)
        rows += [replace(row, detail=True) for row in found if row.part]
    asked = [row for row in rows if account.since <= row.day <= account.until]
    kept = [row for row in asked if row.has_campaign]
    if platform.one_of and asked and not kept:
        raise PullRefused("None of its rows names a campaign: the path of the campaign leads nowhere.")
    return Pulled(add_up(kept), len(asked) - len(kept))


def _read_pages(
    platform: Platform, account: Account, first: Request, fetch: Fetch, pause: Callable[[float], None]
) -> list[PlatformRow]:
    rows: list[PlatformRow] = []
    following: Request | None = first
    seen: set[tuple[str, bytes]] = set()
    while following is not None:
        if (following.url, following.body) in seen or len(seen) >= MOST_PAGES:
            raise PullRefused("Its pages go on without an end.")
        seen.add((following.url, following.body))
        if len(seen) > 1:
            pause(60.0 / platform.most_a_minute)
        ask = partial(_ask, platform, account, fetch, following)
        page = _read_patiently(ask, pause, SHORT_STOPS) if len(seen) > 1 else ask()
        rows += page.rows
        if len(rows) > MOST_ROWS:
            raise PullAgain("It told too many rows.")
        following = page.next
    return rows


def _ask(platform: Platform, account: Account, fetch: Fetch, request: Request) -> PulledPage:
    return platform.read(account, request, fetch(request))


def _read_patiently(
    ask: Callable[[], PulledPage], pause: Callable[[float], None], stops: Sequence[float]
) -> PulledPage:
    """After a short stop the page is asked for again, which keeps those before it. After a longer one the run
    ends: cursors do not last, so the next run begins its days anew.
    """
    for stop in stops:
        try:
            return ask()
        except PullAgain as again:
            if not again.is_short:
                raise
            pause(stop if again.seconds is None else again.seconds)
    return ask()


def wait(seconds: float) -> None:
    time.sleep(seconds)
