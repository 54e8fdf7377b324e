"""Who asks, and for which workspace: read once per request from the session cookie or the bearer token."""

from contextlib import suppress
from typing import cast

from flask import current_app, g, request

from crm.accounts.identity import Identity
from crm.accounts.sessions import identify_session, touch_session
from crm.accounts.tokens import identify_token, touch_token
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.errors import Busy, Full

SESSION_COOKIE = "holdfast_session"
SECURE_SESSION_COOKIE = "__Host-holdfast_session"
BEARER = "bearer "
UNOWNED = frozenset({None, "static", "assets"})


def database() -> Database:
    return cast(Database, current_app.extensions["holdfast.db"])


def settings() -> Settings:
    return cast(Settings, current_app.extensions["holdfast.settings"])


def session_cookie_name() -> str:
    """Over https the browser itself guards the name; over plain http it would refuse to store it."""
    return SECURE_SESSION_COOKIE if request.is_secure else SESSION_COOKIE


def identify() -> Identity | None:
    """The asking user, or None. A bearer token goes before the cookie."""
    header = request.headers.get("Authorization", "")
    if header[: len(BEARER)].lower() == BEARER:
        return database().read(identify_token, SYSTEM, header[len(BEARER) :].strip())
    cookie = request.cookies.get(session_cookie_name())
    return database().read(identify_session, SYSTEM, cookie) if cookie else None


def identify_request() -> None:
    """Before each view. Static files belong to nobody and cost no look-up."""
    g.identity = known = None if request.endpoint in UNOWNED else identify()
    if known is not None and known.refresh_due:
        _note_use(known)


def _note_use(known: Identity) -> None:
    """Once an hour; that the database is busy is no reason to refuse the request."""
    touch = touch_session if known.kind == "session" else touch_token
    with suppress(Busy, Full):
        database().write(touch, known.actor(g.request_id), known.credential_id)


def current_identity() -> Identity | None:
    return cast(Identity | None, g.get("identity"))


def identity() -> Identity:
    """The asking user of a view that is not public."""
    known = current_identity()
    if known is None:
        raise RuntimeError("a public view has no identity")
    return known


def actor() -> Actor:
    """On whose behalf this request reads and writes."""
    return identity().actor(g.request_id)
