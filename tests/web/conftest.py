from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


@pytest.fixture
def outsider(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.outsider)


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    return app.test_client()
