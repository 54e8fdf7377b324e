"""A browser in which the owner is logged in, and the tokens of its pages."""

import re
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from tests.support.api import running_app
from tests.support.people import PASSWORD, Team

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ANNA = {"name": "Anna", "kind": "person", "status": "active"}
Headers = Mapping[str, str]


@pytest.fixture
def app(settings: Settings, team: Team) -> Iterator[Flask]:
    with running_app(settings.model_copy(update={"rate_limit": "100000 per minute"})) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Logged in as the owner."""
    return logged_in(app)


def logged_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    given = {"csrf_token": token_of(client, "/login"), "email": "owner@acme.example", "password": PASSWORD}
    assert client.post("/login", data=given).status_code == 303
    assert client.get("/clients").status_code == 200
    return client


def token_of(client: FlaskClient, page: str = "/settings/profile") -> str:
    found = TOKEN.search(client.get(page).get_data(as_text=True))
    assert found
    return found[1]
