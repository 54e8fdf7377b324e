from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.vault import Vault
from tests.support.api import client_of, running_app
from tests.support.cast import Cast, insert_user
from tests.support.people import Team, gather_team
from tests.support.whatsapp import connect


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


@pytest.fixture
def team(db: Database) -> Team:
    return gather_team(db)


@pytest.fixture
def vault(app: Flask) -> Vault:
    return Vault(app.config["SECRET_KEY"])


@pytest.fixture
def channel(db: Database, cast: Cast, vault: Vault) -> Channel:
    """A number that the owner's workspace connected."""
    return connect(db, cast.owner, vault)
