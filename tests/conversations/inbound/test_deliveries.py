import tracemalloc
from typing import Any

import orjson
import pytest

from crm.conversations.channels.channels import Channel, disconnect_channel
from crm.conversations.inbound.deliveries import Delivery, Receipt, confirm_handshake, receive_delivery
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.db.transaction import Row, Transaction
from crm.errors import Busy
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.threads import run_in_threads
from tests.support.whatsapp import NUMBER, VERIFY_TOKEN, connect, delivery, signature, status, text


def rows(tx: Transaction) -> list[Row]:
    return tx.all(
        "SELECT workspace_id, channel_id, kind, event_key, payload, state FROM inbound_events ORDER BY id"
    )


def stored(db: Database) -> list[dict[str, Any]]:
    return db.read(rows, SYSTEM)


def post(db: Database, vault: Vault, raw: bytes, sign: str) -> Receipt:
    return receive_delivery(db, vault, Delivery(WHATSAPP, raw, sign), "request")


def receive(db: Database, vault: Vault, raw: bytes, sign: str | None = None) -> bool:
    return post(db, vault, raw, signature(raw) if sign is None else sign).accepted


def test_a_signed_event_is_committed_raw_for_the_workspace_of_its_number(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    raw = delivery(text("wamid.1"))
    assert receive(db, vault, raw)
    (row,) = stored(db)
    assert row == {
        "workspace_id": cast.owner.workspace_id,
        "channel_id": channel.id,
        "kind": "message",
        "event_key": "message wamid.1",
        "payload": raw,
        "state": "waiting",
    }


@pytest.mark.parametrize("sign", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "sha256=ÿ", "𝕊"])
def test_what_is_not_signed_leaves_nothing(db: Database, channel: Channel, vault: Vault, sign: str) -> None:
    assert not receive(db, vault, delivery(text("wamid.1")), sign)
    assert stored(db) == []


def test_a_changed_byte_breaks_the_signature(db: Database, channel: Channel, vault: Vault) -> None:
    raw = delivery(text("wamid.1"))
    assert not receive(db, vault, raw.replace(b"Hello", b"Hallo"), signature(raw))


def test_a_secret_signs_for_its_own_numbers_alone(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    connect(db, cast.outsider, vault, phone_number_id="999", app_secret="theirs")
    raw = delivery(text("wamid.1"))
    assert not receive(db, vault, raw, signature(raw, "theirs"))
    assert stored(db) == []


def test_a_hundred_repeats_at_once_are_one_row_and_all_accepted(
    db: Database, channel: Channel, vault: Vault
) -> None:
    raw = delivery(text("wamid.1"), status("wamid.0", "read"))
    answers = run_in_threads(lambda _: receive(db, vault, raw), 100, at_once=16)
    assert answers == [True] * 100
    assert [row["event_key"] for row in stored(db)] == ["message wamid.1", "status wamid.0 read"]


def test_one_app_with_numbers_of_two_workspaces_reaches_each_its_own(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    other = connect(db, cast.outsider, vault, phone_number_id="999")
    first, second = delivery(text("wamid.1")), delivery(text("wamid.2"), number="999")
    both = (
        first[: first.rindex(b"]")]
        + b", "
        + second[second.index(b'[{"id"') + 1 : second.rindex(b"]")]
        + b"]}"
    )
    assert receive(db, vault, both)
    assert [(row["channel_id"], row["event_key"]) for row in stored(db)] == [
        (channel.id, "message wamid.1"),
        (other.id, "message wamid.2"),
    ]


def test_what_is_signed_but_names_no_connected_number_is_kept_by_who_signed_it(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    assert receive(db, vault, delivery(text("wamid.1"), number="not-connected"))
    assert receive(db, vault, b"not even json")
    assert [row["workspace_id"] for row in stored(db)] == [cast.owner.workspace_id] * 2


def test_with_unreadable_secrets_the_sender_must_come_again(db: Database, channel: Channel) -> None:
    with pytest.raises(Busy):
        receive(db, Vault("other" * 8), delivery(text("wamid.1")))
    assert stored(db) == []


def test_a_disconnected_number_receives_nothing(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    db.write(disconnect_channel, cast.owner, channel.id)
    assert not receive(db, vault, delivery(text("wamid.1")))
    assert not confirm_handshake(db, vault, VERIFY_TOKEN, "1158")


def test_the_claimed_channel_is_named_whoever_sent_the_delivery(
    db: Database, channel: Channel, vault: Vault
) -> None:
    assert post(db, vault, delivery(text("w")), "sha256=0").claimed == [channel.id]
    assert post(db, vault, delivery(text("w"), number="8"), "sha256=0").claimed == []


def test_the_handshake_is_noted_with_the_number(db: Database, channel: Channel, vault: Vault) -> None:
    assert not confirm_handshake(db, vault, "another word", "1158")
    assert confirm_handshake(db, vault, VERIFY_TOKEN, "1158")
    verified = "SELECT verified_at FROM channels WHERE address = :number"
    assert db.read(lambda tx: tx.value(verified, number=NUMBER), SYSTEM) is not None


def test_an_unsigned_delivery_is_refused_before_it_is_split(
    db: Database, channel: Channel, vault: Vault
) -> None:
    """Each event carries what its delivery says of all of them: 100 kB, 2,000 times over."""
    document = orjson.loads(delivery(text("wamid.1")))
    value = document["entry"][0]["changes"][0]["value"]
    value["metadata"]["more"] = "x" * 100_000
    value["messages"] *= 2_000
    raw = orjson.dumps(document)
    tracemalloc.start()
    try:
        assert not receive(db, vault, raw, "sha256=" + "0" * 64)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 20 * len(raw)
    assert stored(db) == []
