from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from crm.config import Settings
from crm.db.database import Database
from crm.kinds import open_database
from tests.support.cast import Cast, gather_cast
from tests.support.engines import TestCluster


@pytest.fixture
def prepared(
    settings: Settings, postgres: TestCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """The settings of a migrated, empty database on a server, whichever engine the run is on."""
    settings.sqlite_path.parent.mkdir()
    with postgres.database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield settings.model_copy(update={"database_url": SecretStr(url)})


@pytest.fixture
def db(prepared: Settings) -> Iterator[Database]:
    database = open_database(prepared)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    return gather_cast(db)


@pytest.fixture
def unprepared(settings: Settings, postgres: TestCluster) -> Iterator[Settings]:
    """The settings of a database on the server without any table."""
    with postgres.bare_database() as url:
        yield settings.model_copy(update={"database_url": SecretStr(url)})
