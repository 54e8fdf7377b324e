"""Who asks, and for which workspace: read once per request from the session cookie or the bearer token."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Literal, cast

from flask import Flask, current_app, g, request

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.accounts.identity import Identity
from crm.accounts.sessions import identify_session, touch_session
from crm.accounts.tokens import identify_token, touch_token
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Busy, Full

SESSION_COOKIE = "holdfast_session"
SECURE_SESSION_COOKIE = "__Host-holdfast_session"
BEARER = "bearer "
UNOWNED = frozenset({None, "static", "assets"})
KNOWN = "holdfast.known"
Kind = Literal["session", "token"]
Moment = tuple[int, int]
IDENTIFY: Mapping[Kind, Callable[[Transaction, str], Identity | None]] = {
    "session": identify_session,
    "token": identify_token,
}


class KnownIdentities:
    """Who the last requests came from: true as long as nothing at all was committed, and within a second.

    A user is disabled and a token revoked by a commit; what expires does so without one.
    """

    def __init__(self) -> None:
        self._known: tuple[Moment, dict[str, Identity]] = ((0, 0), {})

    def find(self, kind: Kind, secret: str) -> Identity | None:
        version = database().version()
        if version is None:
            return database().read(IDENTIFY[kind], SYSTEM, secret)
        known = self._of((version, int(clock.now().timestamp())))
        key = f"{kind}:{hash_secret(secret)}"
        found = known.get(key) or database().read(IDENTIFY[kind], SYSTEM, secret)
        if found is not None:
            known[key] = found
        return found

    def _of(self, moment: Moment) -> dict[str, Identity]:
        known = self._known
        if known[0] != moment:
            self._known = known = (moment, {})
        return known[1]


def remember_identities(app: Flask) -> None:
    app.extensions[KNOWN] = KnownIdentities()


def database() -> Database:
    return cast(Database, current_app.extensions["holdfast.db"])


def settings() -> Settings:
    return cast(Settings, current_app.extensions["holdfast.settings"])


def session_cookie_name() -> str:
    """Over https the browser itself guards the name; over plain http it would refuse to store it."""
    return SECURE_SESSION_COOKIE if request.is_secure else SESSION_COOKIE


def identify() -> Identity | None:
    """The asking user, or None. A bearer token goes before the cookie."""
    known: KnownIdentities = current_app.extensions[KNOWN]
    header = request.environ.get("HTTP_AUTHORIZATION", "")
    if header[: len(BEARER)].lower() == BEARER:
        return known.find("token", header[len(BEARER) :].strip())
    cookie = request.cookies.get(session_cookie_name())
    return known.find("session", cookie) if cookie else None


def identify_request() -> Identity | None:
    """Before each view. Static files belong to nobody and cost no look-up."""
    g.identity = known = None if request.endpoint in UNOWNED else identify()
    if known is not None and known.refresh_due:
        _note_use(known)
    return known


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
