"""All figures of an account for some days: page after page, no faster than the platform bears."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

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


class Kept(Protocol):
    """Answers that an earlier run had already, and that the next one may go on behind."""

    def find(self, request: Request) -> Answer | None: ...

    def keep(self, request: Request, answer: Answer) -> None: ...


@dataclass(frozen=True, slots=True)
class Pull:
    platform: Platform
    account: Account
    fetch: Fetch
    pause: Callable[[float], None]
    kept: Kept

    def ask(self, request: Request) -> PulledPage:
        """The last page is not kept: with it all is there."""
        answer = self.fetch(request)
        page = self.platform.read(self.account, request, answer)
        if page.next is not None:
            self.kept.keep(request, answer)
        return page

    def rest(self) -> None:
        """No faster than the platform bears."""
        self.pause(60.0 / self.platform.most_a_minute)


def pull(
    platform: Platform, account: Account, fetch: Fetch, pause: Callable[[float], None], kept: Kept
) -> Pulled:
    """Everything or nothing: an account half told would look like days without costs.

    Rows of other days than those asked for are left out. Raises PullAgain and PullRefused.
    """
    if platform.log_in is not None and platform.read_log_in is not None:
        added = platform.read_log_in(fetch(platform.log_in(account)))
        account = replace(account, credentials={**account.credentials, **added})
    run = Pull(platform, account, fetch, pause, kept)
    rows = _read_pages(run, platform.first(account))
    if platform.details is not None and account.options.get(WITH_ADS):
        run.rest()
        found = _read_pages(run, platform.details(account))
        rows += [replace(row, detail=True) for row in found if row.part]
    asked = [row for row in rows if account.since <= row.day <= account.until]
    named = [row for row in asked if row.has_campaign]
    if platform.one_of and asked and not named:
        raise PullRefused("None of its rows names a campaign: the path of the campaign leads nowhere.")
    return Pulled(add_up(named), len(asked) - len(named))


def _read_pages(run: Pull, first: Request) -> list[PlatformRow]:
    rows: list[PlatformRow] = []
    following: Request | None = first
    seen: set[tuple[str, bytes]] = set()
    while following is not None:
        if (following.url, following.body) in seen or len(seen) >= MOST_PAGES:
            raise PullRefused("Its pages go on without an end.")
        seen.add((following.url, following.body))
        page = _page(run, following, is_first=len(seen) == 1)
        rows += page.rows
        if len(rows) > MOST_ROWS:
            raise PullAgain("It told too many rows.")
        following = page.next
    return rows


def _page(run: Pull, request: Request, *, is_first: bool) -> PulledPage:
    known = run.kept.find(request)
    if known is not None:
        return run.platform.read(run.account, request, known)
    if is_first:
        return run.ask(request)
    run.rest()
    return _read_patiently(partial(run.ask, request), run.pause, SHORT_STOPS)


def _read_patiently(
    ask: Callable[[], PulledPage], pause: Callable[[float], None], stops: Sequence[float]
) -> PulledPage:
    """After a short stop the page is asked for again. After a longer one the run ends, and the next one goes
    on behind the pages that are kept.
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
