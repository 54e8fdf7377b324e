"""A message goes out once, and what stops a number or a message loses nothing."""

from contextlib import closing

import pytest

from crm.conversations.channels.channels import change_channel, disconnect_channel
from crm.conversations.outbound.outbox import LEASE, claim
from crm.conversations.outbound.sending import Post, deliver, send_due
from crm.conversations.transport.received import Sender
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelChanges
from crm.conversations.writing.fields import Words
from crm.db.actor import SYSTEM
from crm.db.restored import Restored, mark_restored, release_restored
from crm.db.sqlite.engine import open_writer
from crm.errors import Conflict
from crm.vault import Vault
from tests.support.talk import Talk
from tests.support.whatsapp import CUSTOMER, NUMBER, text


def test_a_text_goes_out_once_in_the_documented_shape(talk: Talk) -> None:
    written = talk.write("Hallo")
    assert talk.states() == [("queued", "queued")]
    assert talk.send() == 1
    assert talk.send() == 0
    (message,) = talk.stub.accepted
    token = talk.value("SELECT token FROM outbox")
    assert message.pop("path") == f"/v24.0/{NUMBER}/messages"
    assert message.pop("wamid") == talk.value("SELECT external_id FROM messages")
    assert message == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": CUSTOMER,
        "type": "text",
        "text": {"body": "Hallo", "preview_url": True},
        "biz_opaque_callback_data": token,
    }
    assert talk.states() == [("sent", "sent")]
    assert not written.window_open


def test_a_person_without_a_phone_is_written_to_by_their_id(talk: Talk) -> None:
    talk.write(to=Sender(None, "DE.1349", "Kerry"))
    talk.send()
    assert talk.stub.accepted[0]["recipient"] == "DE.1349"
    assert "to" not in talk.stub.accepted[0]


def test_who_lost_the_lease_while_uploading_hands_nothing_over(talk: Talk) -> None:
    talk.write(Words(file_id=talk.file_of_client()))
    slow_one = talk.db.write(claim, SYSTEM)
    assert slow_one is not None
    talk.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert talk.send() == 1
    assert deliver(talk.db, talk.post, slow_one) is None
    assert talk.states() == [("sent", "sent")]
    assert len(talk.stub.accepted) == 1


@pytest.mark.sqlite("its engine alone can be told to store what a CHECK forbids")
def test_a_file_whose_stored_name_leads_out_of_the_uploads_is_not_sent(talk: Talk) -> None:
    talk.write(Words(file_id=talk.file_of_client()))
    with closing(open_writer(talk.db.path)) as connection:
        connection.pragma("ignore_check_constraints", "ON")
        connection.execute("UPDATE files SET stored_name = '/etc/passwd'")
    assert talk.send() == 1
    assert talk.states() == [("failed", "failed")]
    assert talk.stub.requests == []


def test_a_refused_token_stops_the_number_and_loses_nothing(talk: Talk) -> None:
    talk.stub.token = "another"
    talk.write("first")
    talk.write("second")
    talk.send()
    talk.clock.advance(hours=5)
    assert talk.send() == 0
    assert talk.states() == [("queued", "queued")] * 2
    assert talk.value("SELECT fault FROM channels") == "details of 190"
    talk.db.write(
        change_channel,
        talk.cast.owner,
        talk.vault,
        talk.channel.id,
        WhatsAppChannelChanges(access_token="another"),
    )
    assert talk.send() == 2
    assert talk.sent_texts() == ["first", "second"]


def test_secrets_that_cannot_be_read_stop_the_number_too(talk: Talk) -> None:
    talk.write()
    send_due(talk.db, Post(Vault("other" * 8), talk.post.media, talk.post.files))
    assert talk.states() == [("queued", "queued")]
    assert "Enter them again." in talk.value("SELECT fault FROM channels")
    assert talk.stub.requests == []


def test_nothing_is_sent_on_restored_data_until_it_is_released(talk: Talk) -> None:
    talk.write()
    mark_restored(talk.db.path, Restored("backup", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"))
    assert talk.send() == 0
    assert talk.states() == [("queued", "queued")]
    release_restored(talk.db.path)
    assert talk.send() == 1


def test_without_a_number_a_link_is_offered_and_nothing_stored(talk: Talk) -> None:
    talk.db.write(disconnect_channel, talk.cast.owner, talk.channel.id)
    with pytest.raises(Conflict) as caught:
        talk.write("Guten Tag & hallo")
    assert caught.value.extra == {"wa_me": f"https://wa.me/{CUSTOMER}?text=Guten%20Tag%20%26%20hallo"}
    assert talk.rows("SELECT id FROM conversations") == []


def test_the_window_opens_with_what_the_customer_writes_and_closes_after_a_day(talk: Talk) -> None:
    assert (talk.write().window_open, talk.write().window_until) == (False, None)
    talk.arrive(text("wamid.1"))
    written = talk.write()
    assert (written.window_open, written.window_until) == (True, "2026-11-22T07:39:11.000Z")
    talk.clock.advance(hours=24)
    assert not talk.write().window_open
