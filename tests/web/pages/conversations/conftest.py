"""A workspace that has what set-up gives it, and a message that arrived in it."""

import pytest

from crm.conversations.channels.channels import Channel
from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive
from tests.support.cast import Cast
from tests.support.leads import furnish
from tests.support.whatsapp import text


@pytest.fixture
def furnished(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)


@pytest.fixture
def arrived(furnished: None, db: Database, vault: Vault, channel: Channel) -> None:
    arrive(db, vault, text("w1", "<b>Hello</b> https://example.org"))
