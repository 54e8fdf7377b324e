"""Clients or leads of which each member sees only their own."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from crm.config import Settings
from crm.db.database import Database
from crm.kinds import KINDS, open_database
from crm.records.kinds import Kinds
from crm.web.app import create_app
from crm.web.requests.dispatch import SynchronousFlask
from tests.support.cast import Cast, gather_cast
from tests.support.compiled_once import TEMPLATES, CompiledRoute


def own(alias: str) -> str:
    """Who neither owns nor administers the workspace sees only what they look after."""
    return f"""({alias}.owner_id = :actor_id
                OR EXISTS (SELECT 1
                             FROM users asking
                            WHERE asking.workspace_id = :workspace_id
                              AND asking.id = :actor_id
                              AND asking.role IN ('owner', 'admin')))"""


@pytest.fixture(params=["client", "lead"])
def limited(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kinds(limited: str) -> Kinds:
    return Kinds(tuple(replace(kind, seen=own) if kind.name == limited else kind for kind in KINDS))


@pytest.fixture
def db(prepared: Settings, kinds: Kinds) -> Iterator[Database]:
    database = open_database(prepared, kinds)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return gather_cast(db)


@pytest.fixture
def app(settings: Settings, kinds: Kinds, cast: Cast) -> Iterator[Flask]:
    SynchronousFlask.url_rule_class = CompiledRoute
    app = create_app(settings, kinds)
    app.jinja_env.bytecode_cache = TEMPLATES
    yield app
    app.extensions["holdfast.db"].close()
