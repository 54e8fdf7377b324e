"""The application: wiring only."""

import secrets
from datetime import timedelta

import structlog
from flask import Flask, g
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from crm.config import Settings, load_settings
from crm.db.database import Database
from crm.secret_key import ensure_secret_key
from crm.web import i18n
from crm.web.api import activities as api_activities
from crm.web.auth import authorize, csrf, public, refuse_undeclared
from crm.web.body_limit import cap_bodies, limit_body
from crm.web.errors import register_error_handlers
from crm.web.headers import add_headers
from crm.web.idempotency import keep_answers
from crm.web.identity import identify_request
from crm.web.limits import limit_requests, spend_request
from crm.web.openapi import publish_openapi
from crm.web.routing import IdConverter

ROOMS = (api_activities,)


def create_app(settings: Settings | None = None) -> Flask:
    """Nothing is opened here: each worker process opens the database at its first request."""
    settings = settings or load_settings()
    app = Flask(__name__, static_folder="static")
    app.extensions["holdfast.settings"] = settings
    app.extensions["holdfast.db"] = Database.open(settings)
    _configure(app, settings)
    i18n.speak(app)
    csrf.init_app(app)
    cap_bodies(app, settings)
    limit_requests(app, settings)
    keep_answers(app, settings)
    register_error_handlers(app)
    for step in (start_request, identify_request, spend_request, limit_body, authorize):
        app.before_request(step)
    app.after_request(add_headers)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    publish_openapi(app)
    public(app.view_functions["static"])
    refuse_undeclared(app)
    return app


def start_request() -> None:
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=ensure_secret_key(settings),
        SESSION_COOKIE_NAME="holdfast_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.url_map.converters["id"] = IdConverter
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
