"""An app with a workspace, and what leaves it as a file."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import Stages


@pytest.fixture
def app(settings: Settings, cast: Cast, stages: Stages) -> Iterator[Flask]:
    with running_app(settings) as running:
        yield running


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


@pytest.fixture
def outsider(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    """The owner of another workspace."""
    return client_of(app, db, cast.outsider)
