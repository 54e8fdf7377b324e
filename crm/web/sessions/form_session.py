"""The session cookie that holds the CSRF secret of the forms. Who is logged in: see `login_cookies.py`."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from crm.web.sessions.cookies import cookie_name

# Web forms stand on the sites of others: their visitors get no cookie of ours.
WITHOUT_COOKIES = "/f/"


class FormSession(SecureCookieSessionInterface):
    """The signed cookie that holds a form's CSRF secret; its signer is made once, not at each request."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Programs send no cookies, so their session is empty."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Does nothing if no view and no form has used the session, and below `/f/`."""
        if (session.accessed or session.modified) and not request.path.startswith(WITHOUT_COOKIES):
            super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        return cookie_name(super().get_cookie_name(app))

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - as the framework calls it
        return request.is_secure

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer
