"""The cookies of a log-in: the session's, and the one by which a browser is known again."""

from flask import Response, g, request, session
from flask_wtf.csrf import generate_csrf

from crm.accounts import devices, sessions
from crm.accounts.login import Browser, LoggedIn, admit
from crm.accounts.sessions import Place
from crm.db.actor import Actor
from crm.web.identity import database, session_cookie_name

DEVICE_COOKIE = "holdfast_device"


def place_of_request() -> Place:
    return Place(request.remote_addr or "", request.user_agent.string)


def asking_browser() -> Browser:
    return Browser(
        session=request.cookies.get(session_cookie_name()), device=request.cookies.get(_device_cookie_name())
    )


def admitted(guest: Actor) -> LoggedIn:
    """Log in whoever has just set up or joined."""
    return database().write(admit, guest, place_of_request(), Browser(session=asking_browser().session))


def keep_login(response: Response, entered: LoggedIn) -> None:
    """Give both secrets to the browser alone."""
    _keep(response, session_cookie_name(), entered.session, sessions.LONGEST.total_seconds())
    _keep(response, _device_cookie_name(), entered.device, devices.LIFE.total_seconds())


def drop_login(response: Response) -> None:
    response.delete_cookie(session_cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")


def fresh_csrf_token() -> str:
    """For the requests that follow a log-in."""
    token: str = generate_csrf()
    return token


def forget_visitor() -> None:
    """What was signed for whoever sat here before is void; call it before a page or token is made."""
    session.clear()
    g.pop("csrf_token", None)


def _keep(response: Response, name: str, value: str, seconds: float) -> None:
    response.set_cookie(
        name, value, max_age=int(seconds), secure=request.is_secure, httponly=True, samesite="Lax"
    )


def _device_cookie_name() -> str:
    return f"__Host-{DEVICE_COOKIE}" if request.is_secure else DEVICE_COOKIE
