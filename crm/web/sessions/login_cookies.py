"""The cookies of a log-in: the session's, and the one that recognises a browser."""

from flask import Flask, Response, session

from crm.accounts import devices, sessions
from crm.accounts.guesses import Browser
from crm.accounts.login import LoggedIn, admit
from crm.accounts.sessions import LoginPlace
from crm.db.actor import Actor
from crm.web.requests.present import g, request
from crm.web.sessions.cookies import DEVICE_COOKIE, SESSION_COOKIE, cookie_name, former_name
from crm.web.sessions.identity import database, session_secret


def rename_cookies(app: Flask) -> None:
    """Let browsers that were logged in before an upgrade stay so."""
    app.after_request(_rename_session)


def place_of_request() -> LoginPlace:
    return LoginPlace(request.remote_addr or "", request.user_agent.string)


def asking_browser() -> Browser:
    """What it was given before, under the cookies' names of today or up to 0.1.0."""
    return Browser(session=session_secret() or _given(SESSION_COOKIE), device=_given(DEVICE_COOKIE))


def admitted(guest: Actor) -> LoggedIn:
    """Log in a user who has just set up Holdfast or joined."""
    return database().write(admit, guest, place_of_request(), Browser(session=asking_browser().session))


def keep_login(response: Response, entered: LoggedIn) -> None:
    """Give both secrets to the browser only."""
    _keep(response, SESSION_COOKIE, entered.session, sessions.LONGEST.total_seconds())
    _keep(response, DEVICE_COOKIE, entered.device, devices.LIFE.total_seconds())
    _forget_former(response)


def drop_login(response: Response) -> None:
    """Also clears what the browser stores of the user, such as drafts; over plain http only a script can."""
    response.headers["Clear-Site-Data"] = '"storage"'
    response.delete_cookie(
        cookie_name(SESSION_COOKIE),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    _forget_former(response)


def forget_visitor() -> None:
    """Forms of the former user become invalid; call it before a page or token is made."""
    session.clear()
    g.pop("csrf_token", None)


def _rename_session(response: Response) -> Response:
    if "session_renamed" not in g:
        return response
    secret = session_secret()
    if g.session_renamed and secret:
        _keep(response, SESSION_COOKIE, secret, sessions.LONGEST.total_seconds())
        _forget_former(response)
    return response


def _forget_former(response: Response) -> None:
    """Only if it was ours: another server on this host may still use the name."""
    if g.pop("session_renamed", False):
        response.delete_cookie(
            former_name(SESSION_COOKIE), secure=request.is_secure, httponly=True, samesite="Lax"
        )


def _given(name: str) -> str | None:
    return request.cookies.get(cookie_name(name)) or request.cookies.get(former_name(name))


def _keep(response: Response, name: str, value: str, seconds: float) -> None:
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=int(seconds),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
