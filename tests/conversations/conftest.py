from collections.abc import Iterator

import pytest

from crm.config import Settings
from crm.conversations.channels.channels import Channel
from crm.conversations.outbound.sending import Post
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.vault import Vault
from tests.support.cast import Cast, gather_cast
from tests.support.cloud_api import cloud_api
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import furnish
from tests.support.talk import Talk
from tests.support.whatsapp import KEY, connect


@pytest.fixture
def cast(db: Database) -> Cast:
    """The cast, in workspaces that have what set-up gives them."""
    gathered = gather_cast(db)
    for who in (gathered.owner, gathered.outsider):
        furnish(db, who)
    return gathered


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


@pytest.fixture
def channel(db: Database, cast: Cast, vault: Vault) -> Channel:
    """The number of the cast's workspace."""
    return connect(db, cast.owner, vault)


@pytest.fixture
def talk(
    db: Database, cast: Cast, vault: Vault, settings: Settings, frozen_clock: FrozenClock
) -> Iterator[Talk]:
    with cloud_api() as stub:
        channel = connect(db, cast.owner, vault)
        api = CloudApi(stub.base_url)
        yield Talk(
            db,
            cast,
            vault,
            channel,
            stub,
            Post(vault, {"whatsapp": api}, file_store(settings)),
            frozen_clock,
        )
        api.close()
