"""The public address: how links begin, and the sub-path. It never comes from a request."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, request, url_for

from crm.accounts.workspaces import first_public_url
from crm.config import Settings
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.web.sessions.identity import current_identity, settings

ASKED_EVERY_SECONDS = 1.0

log = structlog.get_logger("crm.web")


def public_url() -> str | None:
    """PUBLIC_URL, else the address confirmed by an owner of the workspace; without a final `/`."""
    known = current_identity()
    return settings().public_url or (known.public_url if known else None)


def public_link(endpoint: str, **values: Any) -> str | None:
    """The absolute address of a view; None where nobody has said where the server is reached."""
    base = public_url()
    return base and base + url_for(endpoint, **values).removeprefix(request.script_root)


def subpath_finder(app: Flask) -> Callable[[], str]:
    """The path of PUBLIC_URL, otherwise of the address confirmed in the first workspace; usually empty."""
    known: Settings = app.extensions["holdfast.settings"]
    if known.public_url:
        fixed = urlsplit(known.public_url).path
        return lambda: fixed
    return ConfirmedSubpath(app.extensions["holdfast.db"])


class ConfirmedSubpath:
    """The sub-path from the database, read at most once a second."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._asked_at: float | None = None
        self._found = ""

    def __call__(self) -> str:
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at > ASKED_EVERY_SECONDS:
            self._asked_at = now
            self._look()
        return self._found

    def _look(self) -> None:
        try:
            self._found = urlsplit(self._db.read(first_public_url, SYSTEM) or "").path
        except Exception:
            # The view meets the same fault, and answers with it.
            log.debug("the sub-path could not be looked up", exc_info=True)
