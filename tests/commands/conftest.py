"""A filled appliance, and one who listens to what long work reports."""

import pytest

from crm.config import Settings
from crm.db.database import Database
from tests.support.cast import Cast
from tests.support.filled import Filled, Heard, fill


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def appliance(settings: Settings, db: Database, cast: Cast) -> Filled:
    if not db.in_file:
        pytest.skip("SQLite alone: a table is added to its file; tests/db/moving has backups of servers")
    return fill(settings, db, cast)
