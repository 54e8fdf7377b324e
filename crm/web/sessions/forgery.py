"""Whether a change by cookie was intended, or forged by another site (CSRF).

It bears a pair: a secret in the form's signed cookie, and the same as its token in a field or header.
After the log-in the secret is made of the session's own: the pair of another session is worth nothing.
What a browser says of where a request comes from is the second lock, and the only one for what needs no pair.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable

from flask import Flask, session
from flask_wtf.csrf import ValidationError, generate_csrf, validate_csrf

from crm.accounts.identity import Identity
from crm.config import Settings
from crm.errors import Forbidden
from crm.web.requests.present import current_app, g, request
from crm.web.sessions.identity import session_secret
from crm.web.sessions.masks import mask, unmask
from crm.web.sessions.origins import note_strange_origin

FIELD = "csrf_token"
HEADERS = ("X-CSRFToken", "X-CSRF-Token")
FOREIGN = frozenset({"cross-site", "same-site"})
# A list has a token in each row: so long that nobody guesses it, and no longer.
BOUND_BYTES = 16
OUT_OF_DATE = "The form is out of date. Load the page again and repeat."
FROM_ELSEWHERE = "This request comes from a page of another site, which may not change anything here."


def guard_forms(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.friends"] = frozenset(settings.cors_origins)
    app.jinja_env.globals["csrf_token"] = csrf_token


def csrf_token() -> str:
    """The token for the forms of this answer."""
    secret = session_secret()
    kept: tuple[str | None, str] | None = g.get("form_token")
    if kept is None or kept[0] != secret:
        kept = g.form_token = (secret, csrf_token_of(secret) if secret else _masked())
    return kept[1]


def csrf_token_of(session_secret: str) -> str:
    """The token for the session that begins with this answer."""
    bound = _bound_to(session_secret)
    if session.get(FIELD) != bound:
        session[FIELD] = bound
        g.pop(FIELD, None)
    return _masked()


def refuse_forgery(known: Identity | None, *, guarded: bool) -> None:
    """Raises Forbidden for what another site's page sent, or what comes without its pair where `guarded`."""
    origin = request.headers.get("Origin")
    sites = {site.strip().lower() for site in request.headers.get("Sec-Fetch-Site", "").split(",")}
    befriended = not guarded and origin in current_app.extensions["holdfast.friends"]
    if sites & FOREIGN and not befriended:
        raise Forbidden(FROM_ELSEWHERE)
    if not guarded:
        return
    _check_pair()
    if origin is not None and sites == {""}:
        note_strange_origin(known, origin)


def _check_pair() -> None:
    secret = session_secret()
    if secret and not hmac.compare_digest(str(session.get(FIELD, "")), _bound_to(secret)):
        raise Forbidden(OUT_OF_DATE)
    given, kept = _given_token() or "", str(session.get(FIELD, ""))
    if kept and hmac.compare_digest(given.encode(), kept.encode()):
        return
    try:
        validate_csrf(given)  # of a page from before an upgrade: signed as well
    except ValidationError:
        raise Forbidden(OUT_OF_DATE) from None


def _given_token() -> str | None:
    """The header comes before the field: reading the body is then not necessary."""
    in_header = next(filter(None, map(request.headers.get, HEADERS)), None)
    given = in_header or request.form.get(FIELD)
    return unmask(given) if given else None


def _masked() -> str:
    """One mask an answer, however many forms it has."""
    if FIELD not in session:
        _begin()
    secret = str(session[FIELD])
    kept: tuple[str, str] | None = g.get("masked_token")
    if kept is None or kept[0] != secret:
        kept = g.masked_token = (secret, mask(secret))
    return kept[1]


def _bound_to(session_secret: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.digest(key, f"form of {session_secret}".encode(), "sha256")
    return urlsafe_b64encode(digest[:BOUND_BYTES]).decode().rstrip("=")


_begin: Callable[[], str] = generate_csrf
