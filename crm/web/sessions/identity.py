"""Who is asking, and for which workspace: read once per request from cookie or token."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Literal, cast

from flask import Flask

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
from crm.web.requests.present import current_app, g, request
from crm.web.sessions.cookies import SESSION_COOKIE, cookie_name, former_name

BEARER = "bearer "
UNOWNED = frozenset({None, "static", "assets"})
KNOWN = "holdfast.known"
REVISIONS = "identity_revisions"
Kind = Literal["session", "token"]
Moment = tuple[int, int]
IDENTIFY: Mapping[Kind, Callable[[Transaction, str], Identity | None]] = {
    "session": identify_session,
    "token": identify_token,
}


class KnownIdentities:
    """Who the last requests came from: true as long as nothing of that was changed, and within a second.

    A user is disabled and a token revoked by a commit, and triggers count each that changes who somebody is,
    whichever process it is of; what expires does so without one.
    """

    def __init__(self) -> None:
        self._known: tuple[Moment, dict[str, Identity]] = ((0, 0), {})

    def find(self, kind: Kind, secret: str) -> Identity | None:
        version = g.version = database().version()
        revision = None if version is None else database().revision(REVISIONS, version)
        if revision is None:
            return database().read(IDENTIFY[kind], SYSTEM, secret)
        known = self._of((revision, int(clock.now().timestamp())))
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


def identify() -> Identity | None:
    """The current user, or None. A bearer token comes before the cookie."""
    known: KnownIdentities = current_app.extensions[KNOWN]
    header = request.environ.get("HTTP_AUTHORIZATION", "")
    if header[: len(BEARER)].lower() == BEARER:
        return known.find("token", header[len(BEARER) :].strip())
    return _identify_session(known)


def _identify_session(known: KnownIdentities) -> Identity | None:
    name = cookie_name(SESSION_COOKIE)
    for each in (name, former_name(SESSION_COOKIE)):
        secret = request.cookies.get(each)
        found = known.find("session", secret) if secret else None
        if found is not None:
            g.session_secret, g.session_renamed = secret, each != name
            return found
    return None


def identify_request() -> Identity | None:
    """Before each view. Static files belong to nobody and cost no look-up."""
    g.identity = known = None if request.endpoint in UNOWNED else identify()
    if known is not None and known.refresh_due:
        _note_use(known)
    return known


def _note_use(known: Identity) -> None:
    """Record the use, once an hour. A busy database is no reason to refuse the request."""
    touch = touch_session if known.kind == "session" else touch_token
    with suppress(Busy, Full):
        database().write(touch, known.actor(g.request_id), known.credential_id)


def current_identity() -> Identity | None:
    known: Identity | None = g.__dict__.get("identity")
    return known


def session_secret() -> str | None:
    """The secret of the session that asks; None for a token and for nobody."""
    return cast(str | None, g.get("session_secret"))


def identity() -> Identity:
    """The asking user of a view that is not public."""
    known = current_identity()
    if known is None:
        raise RuntimeError("a public view has no identity")
    return known


def actor() -> Actor:
    """The actor for whom this request reads and writes."""
    return identity().actor(g.request_id)


def mail_set_up() -> bool:
    """Whether the server can send e-mail."""
    return settings().smtp_url is not None and settings().mail_from is not None
