"""Browsers of tests that end in time, and what a hand does in them."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from playwright.sync_api import BrowserContext, Error, Locator, Page

LEAVING = 5_000
"""Milliseconds for a page to leave what it shows."""
CLOSING = 20.0
"""Seconds for a page or a context to close; one that needs longer stays open until its browser ends."""


def close_context(context: BrowserContext, *, reason: str | None = None) -> None:
    """Stands in for `BrowserContext.close`, which has no bound."""
    for page in context.pages:
        _leave(page)
    _in_time(context, context._impl_obj.close(reason=reason))


def close_page(page: Page) -> None:
    """Stands in for `Page.close`, which has no bound."""
    _leave(page)
    _in_time(page, page._impl_obj.close(run_before_unload=None, reason=None))


def _leave(page: Page) -> None:
    """Chromium now and then never answers when a page is closed in the midst of a navigation."""
    with suppress(Error):
        page.goto("about:blank", timeout=LEAVING)


def _in_time(closing: BrowserContext | Page, closed: Coroutine[None, None, None]) -> None:
    with suppress(TimeoutError):
        closing._sync(asyncio.wait_for(closed, CLOSING))


def drag(page: Page, card: Locator, target: Locator, below: float = 0.5) -> None:
    """By the pointer, in steps, as a hand does it."""
    start, end = card.bounding_box(), target.bounding_box()
    assert start is not None and end is not None
    page.mouse.move(start["x"] + 30, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 26, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] * below, steps=12)
    page.wait_for_timeout(60)
    page.mouse.up()
