import pytest

from crm.activity.timeline import ActivityFilter, list_activities
from crm.conversations.channels.channels import (
    Channel,
    change_channel,
    disconnect_channel,
    get_channel,
    list_channels,
)
from crm.conversations.transport.channel_secrets import open_secrets
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelChanges
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, NotFound, Stale
from crm.vault import SealBroken, Vault
from tests.support.cast import Cast
from tests.support.whatsapp import ACCESS_TOKEN, APP_SECRET, NUMBER, VERIFY_TOKEN, connect


def sealed(tx: Transaction) -> bytes:
    return bytes(tx.value("SELECT sealed_secrets FROM channels"))


def ledger(db: Database, cast: Cast) -> str:
    page = db.read(list_activities, cast.owner, ActivityFilter(), limit=50)
    return repr(page.rows)


def test_a_number_is_connected_with_its_display_phone_as_e164(channel: Channel) -> None:
    assert (channel.address, channel.shown_as, channel.create_leads) == (
        NUMBER,
        "+15550783881",
        True,
    )


def test_secrets_are_sealed_and_stand_neither_in_the_file_nor_in_the_ledger(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    at_rest = db.read(sealed, SYSTEM)
    assert open_secrets(vault, at_rest, cast.owner.workspace_id, NUMBER)["app_secret"] == APP_SECRET
    db.close()
    everything = b"".join(path.read_bytes() for path in db.path.parent.iterdir())
    for secret in (ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN):
        assert secret.encode() not in everything


def test_the_ledger_says_which_secrets_were_replaced_but_not_what_they_are(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    db.write(change_channel, cast.owner, vault, channel.id, WhatsAppChannelChanges(access_token="new-token"))
    entries = ledger(db, cast)
    assert "access_token" in entries
    assert "new-token" not in entries and ACCESS_TOKEN not in entries


def test_a_replaced_secret_leaves_the_others(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    db.write(change_channel, cast.owner, vault, channel.id, WhatsAppChannelChanges(access_token="new-token"))
    secrets = open_secrets(vault, db.read(sealed, SYSTEM), cast.owner.workspace_id, NUMBER)
    assert (secrets["access_token"], secrets["app_secret"], secrets["verify_token"]) == (
        "new-token",
        APP_SECRET,
        VERIFY_TOKEN,
    )


def test_after_the_key_changed_all_secrets_must_be_given_again(
    db: Database, cast: Cast, channel: Channel
) -> None:
    other = Vault("other" * 8)
    with pytest.raises(SealBroken):
        open_secrets(other, db.read(sealed, SYSTEM), cast.owner.workspace_id, NUMBER)
    with pytest.raises(Invalid) as caught:
        db.write(change_channel, cast.owner, other, channel.id, WhatsAppChannelChanges(access_token="new"))
    assert {problem.field for problem in caught.value.problems} == {"app_secret", "verify_token"}


def test_one_number_is_connected_once_in_a_workspace_and_others_tell_nothing(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    with pytest.raises(Conflict):
        connect(db, cast.owner, vault)
    theirs = connect(db, cast.outsider, vault, app_secret="theirs", verify_token="their-word")
    assert (theirs.verified_at, theirs.fault, theirs.version) == (None, None, 1)
    assert [each.id for each in db.read(list_channels, cast.outsider)] == [theirs.id]
    assert db.read(get_channel, cast.owner, channel.id) == channel


def test_a_disconnected_number_forgets_its_secrets_and_can_be_connected_again(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    db.write(disconnect_channel, cast.owner, channel.id)
    assert db.read(sealed, SYSTEM) == b""
    assert db.read(list_channels, cast.owner) == []
    with pytest.raises(NotFound):
        db.read(get_channel, cast.owner, channel.id)
    assert connect(db, cast.outsider, vault).id != channel.id


def test_a_change_of_what_has_changed_meanwhile_is_refused(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    changes = WhatsAppChannelChanges(create_leads=False)
    assert db.write(change_channel, cast.owner, vault, channel.id, changes, expected_version=1).version == 2
    with pytest.raises(Stale):
        db.write(change_channel, cast.owner, vault, channel.id, changes, expected_version=1)


def test_no_workspace_sees_the_numbers_of_another(db: Database, cast: Cast, channel: Channel) -> None:
    assert db.read(list_channels, cast.outsider) == []
    with pytest.raises(NotFound):
        db.read(get_channel, cast.outsider, channel.id)


def test_a_display_phone_that_is_none_is_refused_by_its_field(db: Database, cast: Cast, vault: Vault) -> None:
    with pytest.raises(Invalid) as caught:
        connect(db, cast.owner, vault, display_phone="none")
    assert [problem.field for problem in caught.value.problems] == ["display_phone"]
