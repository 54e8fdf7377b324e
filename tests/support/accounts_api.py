"""Accounts over the API: the owner of a team, and what they send to log in and to add people."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.db.database import Database
from tests.support.api import client_of
from tests.support.people import PASSWORD, Team

OWNER = {"email": "owner@acme.example", "password": PASSWORD}
PROOF = {"current_password": PASSWORD}
NEW = {"email": "new@acme.example", "name": "New", "role": "member", "password": PASSWORD}


@pytest.fixture
def owner(app: Flask, db: Database, team: Team) -> FlaskClient:
    return client_of(app, db, team.owner)


def log_in(browser: FlaskClient, **given: str) -> dict[str, str]:
    """The headers that a changing request of this session sends."""
    answer = browser.post("/api/login", json={**OWNER, **given})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {"X-CSRFToken": answer.get_json()["data"]["csrf_token"]}


def data_of(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_json()["data"]
