"""The application: wiring only."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_cors import CORS
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from crm.config import Settings, load_settings
from crm.db.database import Database
from crm.secret_key import ensure_secret_key
from crm.web import i18n
from crm.web.api import activities as api_activities
from crm.web.api import backups as api_backups
from crm.web.api import channels as api_channels
from crm.web.api import clients as api_clients
from crm.web.api import conversations as api_conversations
from crm.web.api import exports as api_exports
from crm.web.api import files as api_files
from crm.web.api import health as api_health
from crm.web.api import invitations as api_invitations
from crm.web.api import lead_types as api_lead_types
from crm.web.api import leads as api_leads
from crm.web.api import login as api_login
from crm.web.api import notes as api_notes
from crm.web.api import pipelines as api_pipelines
from crm.web.api import reports as api_reports
from crm.web.api import sessions as api_sessions
from crm.web.api import stages as api_stages
from crm.web.api import tasks as api_tasks
from crm.web.api import templates as api_templates
from crm.web.api import tokens as api_tokens
from crm.web.api import users as api_users
from crm.web.api import views as api_views
from crm.web.api import webhooks as api_webhooks
from crm.web.api import whatsapp as api_whatsapp
from crm.web.api import workspace as api_workspace
from crm.web.assets import serve_assets
from crm.web.auth import authorize, csrf, refuse_undeclared
from crm.web.body_limit import cap_bodies, limit_body
from crm.web.errors import register_error_handlers
from crm.web.headers import REQUEST_ID, HeaderPolicy
from crm.web.idempotency import keep_answers
from crm.web.identity import identify_request, remember_identities
from crm.web.lead_words import install_lead_words
from crm.web.limits import limit_requests, spend_request
from crm.web.navigation import install_navigation
from crm.web.openapi import publish_openapi
from crm.web.pages import (
    activity,
    backups,
    board,
    changes,
    channels,
    client_bulk,
    client_files,
    client_form,
    client_record,
    client_trash,
    clients,
    composer,
    files,
    home,
    inbox,
    inbox_changes,
    inbox_new,
    inbox_unsent,
    join,
    lead_bulk,
    lead_form,
    lead_record,
    lead_trash,
    leads,
    login,
    my_day,
    pipelines,
    reports,
    saved_views,
    search,
    security,
    setup,
    stages,
    tasks,
    texts,
    tokens,
    users,
)
from crm.web.pages import settings as settings_pages
from crm.web.presentation import install_presentation
from crm.web.request_log import log_requests
from crm.web.routing import IdConverter
from crm.web.whatsapp import connect_whatsapp

ROOMS = (
    api_activities,
    api_channels,
    api_conversations,
    api_clients,
    api_files,
    api_exports,
    api_health,
    api_templates,
    api_webhooks,
    api_whatsapp,
    api_login,
    api_workspace,
    api_users,
    api_invitations,
    api_sessions,
    api_tokens,
    api_views,
    api_backups,
    api_leads,
    api_lead_types,
    api_pipelines,
    api_reports,
    api_stages,
    api_notes,
    api_tasks,
)
PAGES = (
    board,
    changes,
    leads,
    saved_views,
    lead_record,
    lead_form,
    lead_trash,
    lead_bulk,
    composer,
    pipelines,
    stages,
    tasks,
    my_day,
    reports,
    setup,
    login,
    join,
    home,
    search,
    clients,
    client_record,
    client_form,
    client_bulk,
    client_files,
    client_trash,
    files,
    inbox,
    inbox_changes,
    inbox_new,
    inbox_unsent,
    activity,
    settings_pages,
    security,
    tokens,
    users,
    channels,
    texts,
    backups,
)
# What watches over the appliance on its own machine asks by these.
OWN_NAMES = ("127.0.0.1", "[::1]", "localhost")


class SynchronousFlask(Flask):
    """Without the framework's search for coroutines, made anew for each function of each request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


class FormSession(SecureCookieSessionInterface):
    """The signed cookie that holds a form's CSRF secret; its signer is made once, not at each request.

    Over https the browser guards its name; over plain http it would refuse to store it so.
    """

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Programs send no cookies: theirs is empty without a search for it."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """What no view and no form touched needs no look at its cookie."""
        if session.accessed or session.modified:
            super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if request.is_secure else name

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - as the framework calls it
        return request.is_secure

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def create_app(settings: Settings | None = None) -> Flask:
    """Nothing is opened here: each worker process opens the database at its first request."""
    settings = settings or load_settings()
    app = SynchronousFlask(__name__, static_folder=None)
    app.session_interface = FormSession()
    app.extensions["holdfast.settings"] = settings
    app.extensions["holdfast.db"] = Database.open(settings)
    _configure(app, settings)
    i18n.speak(app)
    csrf.init_app(app)
    cap_bodies(app, settings)
    limit_requests(app, settings)
    keep_answers(app, settings)
    connect_whatsapp(app, settings)
    remember_identities(app)
    register_error_handlers(app)
    log_requests(app)
    app.before_request(begin_request)
    for room in (*ROOMS, *PAGES):
        app.register_blueprint(room.blueprint)
    publish_openapi(app)
    serve_assets(app)
    install_presentation(app)
    install_lead_words(app)
    install_navigation(app)
    refuse_undeclared(app)
    return app


def begin_request() -> ResponseReturnValue | None:
    """Before each view: name the request, ask who it is, whether it is one too many, whether it may."""
    g.request_id = request.environ[REQUEST_ID] = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    known = identify_request()
    spend_request(known)
    limit_body()
    return authorize(known)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=ensure_secret_key(settings),
        SESSION_COOKIE_NAME="holdfast_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        TRUSTED_HOSTS=[*settings.trusted_hosts, *OWN_NAMES] if settings.trusted_hosts else None,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.url_map.converters["id"] = IdConverter
    app.wsgi_app = HeaderPolicy(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    if settings.cors_origins:
        CORS(
            app,
            resources={r"^/api/.*$": {"origins": list(settings.cors_origins)}},
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
            expose_headers=["ETag", "Idempotency-Replayed", "Location", "Retry-After", "X-Request-Id"],
        )
