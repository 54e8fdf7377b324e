from collections.abc import Callable, Iterator

import pytest

from crm.config import Settings
from crm.db.database import Database
from crm.kinds import open_database as open_with_kinds
from tests.support.scratch import add_scratch_tables

OpenDatabase = Callable[..., Database]


@pytest.fixture
def prepared(prepared: Settings) -> Settings:
    """The settings of a database that has the scratch tables and that nobody has open."""
    add_scratch_tables(prepared.sqlite_path)
    return prepared


@pytest.fixture
def open_database(prepared: Settings) -> Iterator[OpenDatabase]:
    """Opens the prepared database with settings of one's own: `open_database(db_pool_max=2)`."""
    opened: list[Database] = []

    def open_with(**changed: int) -> Database:
        opened.append(open_with_kinds(prepared.model_copy(update=changed)))
        return opened[-1]

    yield open_with
    for database in opened:
        database.close(wait=2)


@pytest.fixture
def db(open_database: OpenDatabase) -> Database:
    return open_database()
