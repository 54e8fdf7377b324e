"""Over every route there is: what the table of permissions refuses is refused, and nothing else."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.accounts.permissions import ROLES, SCOPES, Role, Scope, permissions_of
from crm.config import Settings
from crm.db.database import Database
from crm.kinds import KINDS
from crm.web.auth import PUBLIC, permission_of
from tests.support.api import client_of, running_app
from tests.support.people import Team

ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")
NOBODY_S = "999999999"
OF_THE_SERVER = re.compile(r"/api/db/|/metrics$|/settings/system/")
"""Refused where several workspaces share the server, unless a token was made on the machine."""
FOR_PEOPLE = {"/settings/system", "/settings/system/sizes"}
"""Whoever may read figures, a token that monitors is refused."""


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings.model_copy(update={"db_test": True})) as app:
        yield app


def guarded_routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, a path whose ids are nobody's, and permission."""
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        assert permission is not None, rule.endpoint
        if permission != PUBLIC:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, ARGUMENT.sub(NOBODY_S, rule.rule), permission


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_refused_what_the_table_refuses(
    app: Flask, db: Database, team: Team, role: Role, scope: Scope
) -> None:
    client = client_of(app, db, team.of_role(role), scope)
    wrong = []
    for method, path, permission in guarded_routes(app):
        with client.open(path, method=method) as answer:
            status = answer.status_code
        allowed = permissions_of(KINDS).allow(role, permission, scope)
        if path in FOR_PEOPLE and scope == "monitor":
            allowed = False
        if OF_THE_SERVER.match(path) and scope != "monitor" and status != 404:
            allowed = False
        if (status == 403) == allowed or status in (401, 500):
            wrong.append((method, path, permission, status))
    assert wrong == []


def test_nobody_gets_in_without_a_credential(app: Flask) -> None:
    stranger: FlaskClient = app.test_client()
    wrong = []
    for method, path, _ in guarded_routes(app):
        answer = stranger.open(path, method=method)
        if answer.status_code != (401 if path.startswith(("/api/", "/metrics")) else 302):
            wrong.append((method, path, answer.status_code))
        elif answer.status_code == 302 and not answer.headers["Location"].startswith("/login"):
            wrong.append((method, answer.headers["Location"], 302))
    assert wrong == []


def test_public_routes_are_few_and_known(app: Flask) -> None:
    public = {
        rule.endpoint for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) == PUBLIC
    }
    assert public == {
        "assets",
        "api_docs.show_docs",
        "api_docs.show_openapi",
        "api_health.show_health",
        "api_invitations.accept",
        "api_invitations.welcome",
        "api_login.log_in_here",
        "api_monitoring.show_health",
        "api_webhooks.receive_whatsapp",
        "api_webhooks.verify_whatsapp",
        "api_lead_ads.receive",
        "api_lead_ads.verify",
        "api_workspace.set_up",
        "favicon",
        "join.join",
        "join.show_join",
        "login.log_in_here",
        "login.show_login",
        "public_forms.ask",
        "public_forms.confirm",
        "public_forms.show",
        "public_forms.show_script",
        "public_forms.take",
        "public_forms.tell_sites",
        "public_forms.thank",
        "setup.set_up",
        "setup.show_setup",
        "shared_quote.answer",
        "shared_quote.show",
        "shared_quote.show_logo",
        "shared_quote.show_pdf",
        "shared_stock.send_inquiry",
        "shared_stock.show",
        "shared_stock.show_feed",
        "shared_stock.show_json",
        "shared_stock.show_picture",
        "shared_stock.show_vehicle",
    }
