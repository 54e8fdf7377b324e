from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from tests.support.api import client_of, running_app
from tests.support.cast import Cast, insert_user


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
def viewer(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    """Of the owner's workspace."""
    workspace = cast.owner.workspace_id
    assert workspace is not None
    user_id = db.write(insert_user, SYSTEM, workspace, "viewer", "viewer")
    return client_of(app, db, Actor(workspace, user_id))


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def alone(db: Database, cast: Cast) -> None:
    """The outsider's workspace is gone: the owner's is the only one."""
    db.write(_remove_workspace, SYSTEM, cast.outsider.workspace_id)


def _remove_workspace(tx: Transaction, workspace: int | None) -> None:
    tx.run("DELETE FROM users WHERE workspace_id = :gone", gone=workspace)
    tx.run("DELETE FROM workspaces WHERE id = :gone", gone=workspace)
