from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from crm.db.database import Database
from tests.support.people import Team, gather_team


@pytest.fixture
def team(db: Database) -> Team:
    """`team.owner`, `.admin`, `.member`, `.viewer` of one workspace and `.outsider` of another."""
    return gather_team(db)


@pytest.fixture
def cheap_hash() -> Callable[[str], str]:
    """Hashes as an older version might have done it: weaker, and quicker."""
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash
