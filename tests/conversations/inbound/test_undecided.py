"""One number in several workspaces: a delivery is theirs whose secret signed it, or whose token is good."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from crm.config import Settings
from crm.conversations.channels.channels import Channel, disconnect_channel
from crm.conversations.inbound.deliveries import Delivery, confirm_handshake, receive_delivery
from crm.conversations.inbound.undecided import decide_due
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.migrations import load_migrations
from crm.db.sqlite.engine import open_writer
from crm.db.sqlite.startup import prepare
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.cloud_api import CloudApiStub, broken, cloud_api
from tests.support.frozen_clock import FrozenClock
from tests.support.whatsapp import APP_SECRET, VERIFY_TOKEN, connect, delivery, signature, text


@dataclass(frozen=True, slots=True)
class World:
    """`channel` is the number of the owner's workspace, whose token is good."""

    db: Database
    cast: Cast
    vault: Vault
    channel: Channel
    stub: CloudApiStub
    api: CloudApi

    def enter(self, **facts: str) -> Channel:
        """The outsider's workspace enters a number, too."""
        return connect(self.db, self.cast.outsider, self.vault, **facts)

    def receive(self, raw: bytes, secret: str = APP_SECRET) -> None:
        posted = Delivery(WHATSAPP, raw, signature(raw, secret))
        assert receive_delivery(self.db, self.vault, posted, "request").accepted

    def decide(self) -> int:
        return decide_due(self.db, self.vault, {"whatsapp": self.api})

    def events(self) -> list[tuple[int, str]]:
        sql = "SELECT channel_id, event_key FROM inbound_events ORDER BY id"
        return [(row["channel_id"], row["event_key"]) for row in self.db.read(lambda tx: tx.all(sql), SYSTEM)]

    def waiting(self) -> int:
        sql = "SELECT count(*) FROM undecided_deliveries"
        return int(self.db.read(lambda tx: tx.value(sql), SYSTEM))


@pytest.fixture
def world(db: Database, cast: Cast, vault: Vault) -> Iterator[World]:
    with cloud_api() as stub:
        api = CloudApi(stub.base_url)
        yield World(db, cast, vault, connect(db, cast.owner, vault, business_account_id="111"), stub, api)
        api.close()


def test_a_delivery_is_whose_secret_signed_it_and_nobody_is_asked(world: World) -> None:
    theirs = world.enter(app_secret="theirs")
    world.receive(delivery(text("wamid.1")))
    raw = delivery(text("wamid.2"))
    world.receive(raw, "theirs")
    assert [channel_id for channel_id, _ in world.events()] == [world.channel.id, theirs.id]
    assert world.decide() == 0 and world.stub.requests == []


def test_one_secret_for_two_waits_for_the_token_that_is_good(world: World) -> None:
    world.enter(access_token="of-something-else")
    raw = delivery(text("wamid.1"), text("wamid.2"))
    for _ in range(2):
        world.receive(raw)
    assert world.events() == [] and world.waiting() == 2
    assert world.decide() == 2
    assert world.events() == [(world.channel.id, "message wamid.1"), (world.channel.id, "message wamid.2")]
    assert world.waiting() == 0
    world.receive(raw)
    world.decide()
    assert len(world.events()) == 2


def test_who_both_have_a_good_token_both_get_it(world: World) -> None:
    theirs = world.enter()
    world.receive(delivery(text("wamid.1")))
    assert world.decide() == 1
    assert [channel_id for channel_id, _ in world.events()] == [world.channel.id, theirs.id]


def test_nobody_gets_it_while_no_token_is_good_and_it_is_kept(
    world: World, frozen_clock: FrozenClock
) -> None:
    world.enter(access_token="of-something-else")
    world.stub.token = "a-newer-one"
    world.receive(delivery(text("wamid.1")))
    for _ in range(12):
        assert world.decide() == 0
        frozen_clock.advance(hours=2)
    assert world.events() == [] and world.waiting() == 1
    world.stub.token = "EAAG-access-token"
    assert world.decide() == 1
    assert world.events() == [(world.channel.id, "message wamid.1")]


def test_what_whatsapp_does_not_answer_is_asked_again(world: World, frozen_clock: FrozenClock) -> None:
    world.enter(access_token="of-something-else")
    world.receive(delivery(text("wamid.1")))
    world.stub.meet(broken(), broken())
    assert world.decide() == 0
    assert world.decide() == 0
    frozen_clock.advance(hours=2)
    assert world.decide() == 1
    assert world.events() == [(world.channel.id, "message wamid.1")]


def test_who_disconnects_the_number_leaves_it_to_the_other(world: World) -> None:
    theirs = world.enter()
    world.receive(delivery(text("wamid.1")))
    world.db.write(disconnect_channel, world.cast.outsider, theirs.id)
    assert world.decide() == 1 and world.stub.requests == []
    assert world.events() == [(world.channel.id, "message wamid.1")]


def test_a_number_that_nobody_has_any_more_is_not_shown_to_others_of_the_same_app(world: World) -> None:
    world.enter(phone_number_id="999", access_token="of-something-else")
    world.receive(delivery(text("wamid.1"), number="555"))
    assert world.events() == []
    assert world.decide() == 1
    assert world.events() == [(world.channel.id, "message wamid.1")]
    world.receive(b"not even json")
    assert world.decide() == 0 and world.waiting() == 1


def test_what_names_an_account_goes_to_the_workspace_with_that_account(world: World) -> None:
    theirs = world.enter(phone_number_id="999", business_account_id="222")
    change = '{"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}}'
    world.receive(f'{{"entry": [{{"id": "222", "changes": [{change}]}}]}}'.encode())
    assert [channel_id for channel_id, _ in world.events()] == [theirs.id]


def test_numbers_of_0_1_0_stay_and_may_be_entered_twice_after_the_upgrade(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.sqlite_path.parent.mkdir(parents=True)
    settings.upload_folder.mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("crm.db.sqlite.startup.load_migrations", lambda: load_migrations()[:15])
        prepare(settings)
    insert = """
        INSERT INTO channels (workspace_id, kind, phone_number_id, display_phone, create_leads,
                              sealed_secrets, verify_mark, created_at, updated_at)
        VALUES (?, 'whatsapp', '555', '+15550783881', 1, x'00', 'mark', '2026', '2026')
    """
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.execute(
            "INSERT INTO workspaces (name, created_at, updated_at) VALUES ('A', '2026', '2026')"
        )
        connection.execute(
            "INSERT INTO workspaces (name, created_at, updated_at) VALUES ('B', '2026', '2026')"
        )
        connection.execute(insert, (1,))
    prepare(settings)
    with closing(open_writer(settings.sqlite_path)) as connection:
        connection.execute(insert.replace("phone_number_id, display_phone", "address, shown_as"), (2,))
        numbers = connection.execute("SELECT workspace_id, address FROM channels").fetchall()
    assert numbers == [(1, "555"), (2, "555")]


def test_a_handshake_by_a_token_of_two_workspaces_is_no_proof_for_either(world: World) -> None:
    """Whoever guesses or shares a word would see their own number confirmed by another's."""
    sql = "SELECT verified_at FROM channels ORDER BY id"

    def verified() -> list[bool]:
        return [row["verified_at"] is not None for row in world.db.read(lambda tx: tx.all(sql), SYSTEM)]

    theirs = world.enter()
    assert confirm_handshake(world.db, world.vault, VERIFY_TOKEN, "1158")
    assert verified() == [False, False]
    world.db.write(disconnect_channel, world.cast.outsider, theirs.id)
    assert confirm_handshake(world.db, world.vault, VERIFY_TOKEN, "1158")
    assert verified() == [True, False]
