"""A client of the real application that sends a token, as a program would."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from crm import clock
from crm.accounts.credentials import hash_secret
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.web.app import create_app
from crm.web.requests.dispatch import SynchronousFlask
from tests.support.compiled_once import TEMPLATES, CompiledRoute

LONG_CODE = re.compile(r"[\w+/=-]{32,}")


@contextmanager
def running_app(settings: Settings) -> Iterator[Flask]:
    """The application on a prepared database; its own connections are closed after."""
    app = make_app(settings)
    yield app
    app.extensions["holdfast.db"].close()


def make_app(settings: Settings) -> Flask:
    SynchronousFlask.url_rule_class = CompiledRoute
    app = create_app(settings)
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


def client_of(app: Flask, db: Database, who: Actor, scope: str = "write") -> FlaskClient:
    """A test client whose every request carries a token of that user."""
    token = f"hf_{who.user_id}_{scope}"
    db.write(insert_token, SYSTEM, who, token, scope)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def problem_of(response: Any, status: int) -> dict[str, Any]:
    """The problem+json body of a refusal, whose shape is checked."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert {"type", "title", "status", "detail", "request_id"} <= body.keys()
    assert body["status"] == status
    return body


def fields_of(response: Any) -> set[str]:
    """The fields that a 422 names."""
    return {error["field"] for error in problem_of(response, 422)["errors"]}


def text_without_hashes(response: Any) -> str:
    """What it answered, save hashes and tokens: their digits are any digits at all."""
    return LONG_CODE.sub("", response.get_data(as_text=True))


def insert_token(tx: Transaction, who: Actor, token: str, scope: str) -> None:
    tx.run(
        """
        INSERT INTO tokens (workspace_id, user_id, name, scope, hint, token_hash, created_at, expires_at)
        VALUES (:of_workspace, :user_id, :name, :scope, '', :token_hash, :now, :later)
        ON CONFLICT (token_hash) DO NOTHING
        """,
        of_workspace=who.workspace_id,
        user_id=who.user_id,
        name=f"test {scope}",
        scope=scope,
        token_hash=hash_secret(token),
        later=clock.later(clock.timestamp(), timedelta(days=3_650)),
    )


def made(client: FlaskClient, path: str, **given: Any) -> dict[str, Any]:
    """The record that the API made of it."""
    answer = client.post(path, json=given)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json()["data"])
