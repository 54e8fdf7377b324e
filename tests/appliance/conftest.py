"""Appliances and exports as they should be and as they should not, and one who listens to long work."""

from pathlib import Path

import pytest

from crm.appliance.backups import back_up
from crm.clients.clients import create_client
from crm.clients.trash import delete_client
from crm.config import Settings
from crm.db.backup.report import Silence
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from tests.support.cast import Cast
from tests.support.exports import Members, members_of
from tests.support.filled import Filled, Heard, attached, fill, made
from tests.support.hostile_backups import SECRET
from tests.support.places import settings_below
from tests.support.rich import Rich, export_everything
from tests.support.transfers import some_client


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def appliance(settings: Settings, db: Database, cast: Cast) -> Filled:
    if not db.in_file:
        pytest.skip("SQLite alone: a table is added to its file; tests/db/moving has backups of servers")
    return fill(settings, db, cast)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Rich:
    folder = tmp_path_factory.mktemp("rich")
    settings = settings_below(folder)
    prepare(settings)
    return export_everything(settings, folder / "workspace.zip")


@pytest.fixture(scope="module")
def members(rich: Rich) -> Members:
    return members_of(rich.export)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An empty appliance, which stays empty as nothing is taken in."""
    settings = settings_below(tmp_path_factory.mktemp("fresh"))
    prepare(settings)
    return settings


@pytest.fixture
def folder(appliance: Filled) -> Path:
    """A good backup, with a file of a client in it."""
    settings, db, cast = appliance.settings, appliance.db, appliance.cast
    attached(db, cast, settings, made(db, cast, name="Ada"), b"letter")
    (settings.sqlite_path.parent / "secret.txt").write_bytes(SECRET)
    return back_up(settings, Silence())


@pytest.fixture
def filled(db: Database, cast: Cast) -> Cast:
    """Clients in both workspaces in turn, so that the ids of one have gaps; one in the trash."""
    company = db.write(create_client, cast.owner, some_client(kind="company", name="Müller & Söhne"))
    for number in range(5):
        db.write(create_client, cast.outsider, some_client(name=f"Theirs {number}"))
        person = some_client(name=f"Ada {number}", email=f"ada{number}@x.example", company_id=company.id)
        last = db.write(create_client, cast.owner, person)
    db.write(delete_client, cast.owner, last.id)
    return cast
