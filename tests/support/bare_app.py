"""An application on a prepared database that nobody set up, and a browser in front of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import running_app


@pytest.fixture
def app(settings: Settings, db: Database) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()
