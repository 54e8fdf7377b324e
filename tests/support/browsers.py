"""Browsers of tests that end in time."""

import asyncio
from contextlib import suppress

from playwright.sync_api import BrowserContext, Error

LEAVING = 5_000
"""Milliseconds for a page to leave what it shows."""
CLOSING = 20.0
"""Seconds for a context to close; one that needs longer stays open until its browser ends."""


def close_in_time(context: BrowserContext, *, reason: str | None = None) -> None:
    """Stands in for `BrowserContext.close`, which has no bound.

    Chromium now and then never answers when a context is closed in the midst of a navigation, so each page
    leaves for an empty one first.
    """
    for page in context.pages:
        with suppress(Error):
            page.goto("about:blank", timeout=LEAVING)
    with suppress(TimeoutError):
        context._sync(asyncio.wait_for(context._impl_obj.close(reason=reason), CLOSING))
