"""An appliance that knows boats: a line in each of three lists."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.config import Settings
from crm.db.database import Database
from crm.db.migrations import FOLDER, load_migrations
from crm.kinds import KINDS, open_database
from crm.records.kinds import Kinds
from crm.web.app import create_app
from crm.web.blueprints import BLUEPRINTS
from crm.web.kinds.kind_words import Words
from crm.web.kinds.words import WORDS
from crm.web.requests.dispatch import SynchronousFlask
from tests.kinds.boats import doors
from tests.kinds.boats.driving import migrated
from tests.kinds.boats.kind import BOAT
from tests.kinds.boats.words import BOAT as BOAT_WORDS
from tests.support.api import client_of
from tests.support.cast import Cast, gather_cast
from tests.support.compiled_once import TEMPLATES, CompiledRoute

ROOM = Path(__file__).parent


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Kinds:
    """The first of the three lines: the list of kinds. Its migration comes after those that there are."""
    folder = tmp_path_factory.mktemp("migrations")
    for path in FOLDER.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    number = len(load_migrations()) + 1
    (folder / f"{number:04}_boats.sql").write_bytes((ROOM / "boats.sql").read_bytes())
    return Kinds((*KINDS, BOAT), folder)


@pytest.fixture
def db(settings: Settings, kinds: Kinds) -> Iterator[Database]:
    database = open_database(migrated(settings, kinds), kinds)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return gather_cast(db)


@pytest.fixture
def app(settings: Settings, kinds: Kinds, db: Database) -> Iterator[Flask]:
    """The other two lines: the list of words, and the blueprints."""
    SynchronousFlask.url_rule_class = CompiledRoute
    words, blueprints = Words((*WORDS, BOAT_WORDS)), (*BLUEPRINTS, *doors.BLUEPRINTS)
    app = create_app(settings, kinds, words, blueprints)
    app.jinja_env.bytecode_cache = TEMPLATES
    yield app
    app.extensions["holdfast.db"].close()


@pytest.fixture
def owner(app: Flask, db: Database, cast: Cast) -> FlaskClient:
    return client_of(app, db, cast.owner)
