import pytest

from crm.conversations.channels import Channel
from crm.db.database import Database
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.whatsapp import KEY, connect


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


@pytest.fixture
def channel(db: Database, cast: Cast, vault: Vault) -> Channel:
    """The number of the cast's workspace."""
    return connect(db, cast.owner, vault)
