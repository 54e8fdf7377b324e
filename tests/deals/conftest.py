"""A dealership: a vehicle, a client, a lead, and a colleague who sells."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of, running_app
from tests.support.cast import Cast
from tests.support.leads import furnish


@pytest.fixture
def app(prepared: Any, db: Database, cast: Cast) -> Any:
    furnish(db, cast.owner)
    furnish(db, cast.outsider)
    with running_app(prepared) as app:
        yield app


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)


@pytest.fixture
def seller(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    """A member."""
    return client_of(app, db, cast.colleague)


@pytest.fixture
def outsider(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.outsider)
