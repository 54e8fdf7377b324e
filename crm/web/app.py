"""The application: wiring only."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import structlog
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from flask_cors import CORS
from jinja2 import DictLoader

from crm.config import Settings, load_settings
from crm.kinds import KINDS, open_database
from crm.records.kinds import Kinds
from crm.secret_key import ensure_secret_key
from crm.web import i18n
from crm.web.assets import serve_assets
from crm.web.auth import authorize, refuse_undeclared
from crm.web.blueprints import BLUEPRINTS
from crm.web.compiled_templates import keep_compiled_templates
from crm.web.errors import refuse_unreadable, register_error_handlers
from crm.web.idempotency import keep_answers
from crm.web.kinds.kind_words import Words
from crm.web.kinds.words import WORDS
from crm.web.lists.kept_markup import keep_markup
from crm.web.navigation import install_navigation
from crm.web.openapi.document import publish_openapi
from crm.web.requests.addresses import PlainAddresses
from crm.web.requests.body_limit import cap_bodies, limit_body
from crm.web.requests.dispatch import SynchronousFlask
from crm.web.requests.fair_threads import share_threads
from crm.web.requests.form_bounds import BoundedHeaders, bound_forms, refuse_too_many
from crm.web.requests.hosts import refuse_strange_host, trust_hosts
from crm.web.requests.limits import limit_requests
from crm.web.requests.measuring import measure_requests
from crm.web.requests.parameters import refuse_parameters
from crm.web.requests.present import g, request
from crm.web.requests.proxies import BehindProxies
from crm.web.requests.public_address import subpath_finder
from crm.web.requests.request_log import log_requests
from crm.web.requests.tracing import trace_requests
from crm.web.responses.headers import REQUEST_ID, HeaderPolicy
from crm.web.responses.kept_lists import keep_lists
from crm.web.responses.packing import pack_answers
from crm.web.routing import IdConverter, route_finder
from crm.web.sessions.cookies import FORM_COOKIE, name_cookies
from crm.web.sessions.forgery import guard_forms
from crm.web.sessions.form_session import FormSession
from crm.web.sessions.identity import current_identity, identify_request, remember_identities
from crm.web.sessions.login_cookies import rename_cookies
from crm.web.sessions.origins import watch_origins
from crm.web.whatsapp import connect_whatsapp
from crm.web.words.campaigns import install_campaign_words
from crm.web.words.consents import install_consent_words
from crm.web.words.deals import install_deal_words
from crm.web.words.formats import install_formats
from crm.web.words.import_notices import install_import_notices
from crm.web.words.invoices import install_invoice_words
from crm.web.words.leads import install_lead_words
from crm.web.words.presentation import install_presentation
from crm.web.words.products import install_product_words
from crm.web.words.quotes import install_quote_words
from crm.web.words.raised_alerts import install_raised_alerts
from crm.web.words.times import install_times
from crm.web.words.touches import install_touch_words
from crm.web.words.vehicles import install_vehicle_words
from crm.web.words.zones import install_zones


def create_app(
    settings: Settings | None = None,
    kinds: Kinds = KINDS,
    words: Words = WORDS,
    blueprints: Iterable[Blueprint] = BLUEPRINTS,
) -> Flask:
    """Nothing is opened here: each worker process opens the database at its first request."""
    settings = settings or load_settings()
    app = SynchronousFlask(__name__, static_folder=None)
    app.jinja_loader = templates_of_the_start()
    app.session_interface = FormSession()
    app.extensions["holdfast.settings"] = settings
    app.extensions["holdfast.kinds"] = kinds
    app.extensions["holdfast.words"] = words
    app.extensions["holdfast.db"] = open_database(settings, kinds)
    _configure(app, settings)
    i18n.speak(app)
    keep_compiled_templates(app)
    name_cookies(app, settings)
    guard_forms(app, settings)
    watch_origins(app, settings)
    trust_hosts(app, settings)
    cap_bodies(app, settings)
    bound_forms(app)
    keep_answers(app, settings)
    connect_whatsapp(app, settings)
    remember_identities(app)
    keep_lists(app)
    register_error_handlers(app)
    trace_requests(app, settings, app.extensions["holdfast.db"])
    measure_requests(app, app.extensions["holdfast.db"])
    pack_answers(app)
    log_requests(app)
    rename_cookies(app)
    app.before_request(begin_request)
    limit_requests(app, settings)
    share_threads(app, settings)
    app.before_request(admit_request)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    publish_openapi(app)
    serve_assets(app)
    install_presentation(app)
    keep_markup(app)
    install_formats(app)
    install_times(app)
    install_zones(app)
    install_lead_words(app)
    install_consent_words(app)
    install_quote_words(app)
    install_invoice_words(app)
    for install_words in (
        install_campaign_words,
        install_touch_words,
        install_product_words,
        install_vehicle_words,
    ):
        install_words(app)
    install_deal_words(app)
    install_navigation(app)
    install_import_notices(app)
    install_raised_alerts(app)
    refuse_undeclared(app)
    return app


def templates_of_the_start() -> DictLoader:
    """Reads all templates at the start: one read later could be newer than the code."""
    folder = Path(__file__).parent / "templates"
    paths = folder.rglob("*.*")
    return DictLoader({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths})


def begin_request() -> None:
    """Runs first: gives the request an id and finds out who is asking. Then the request is counted."""
    g.request_id = request.environ[REQUEST_ID] = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    refuse_unreadable()
    refuse_strange_host()
    identify_request()


def admit_request() -> ResponseReturnValue | None:
    """Runs just before the view: checks the permission, the size of the body, and the parameters."""
    refuse_too_many()
    limit_body()
    refused = authorize(current_identity())
    if refused is None:
        refuse_parameters()
    return refused


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=ensure_secret_key(settings),
        SESSION_COOKIE_NAME=FORM_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.url_map.converters["id"] = IdConverter
    inner = HeaderPolicy(BoundedHeaders(PlainAddresses(app.wsgi_app)))
    app.wsgi_app = BehindProxies(inner, settings.trusted_proxies, subpath_finder(app), route_finder(app))  # type: ignore[method-assign]
    if settings.cors_origins:
        CORS(
            app,
            resources={r"^/api/.*$": {"origins": list(settings.cors_origins)}},
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match"],
            expose_headers=[
                "ETag",
                "Idempotency-Replayed",
                "Location",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "X-Request-Id",
            ],
        )
