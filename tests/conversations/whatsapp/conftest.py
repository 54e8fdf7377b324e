"""A connected number, and what came of what it was delivered."""

import pytest

from crm.db.database import Database
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.payloads import Phone, connected


@pytest.fixture
def phone(db: Database, cast: Cast, vault: Vault) -> Phone:
    return connected(db, cast, vault)
