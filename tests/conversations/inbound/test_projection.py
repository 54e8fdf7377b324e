from datetime import timedelta
from typing import Any

import pytest

from crm import clock
from crm.activity.timeline import ActivityFilter, list_activities
from crm.clients.trash import delete_client
from crm.conversations.channels.channels import Channel, change_channel
from crm.conversations.inbound.deliveries import Delivery, receive_delivery
from crm.conversations.inbound.projection import project_due
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.opening import set_status
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelChanges
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.database import Database
from crm.vault import Vault
from tests.support.arrivals import arrive, counts, deliver, rows, value
from tests.support.cast import Cast
from tests.support.faults import failing
from tests.support.frozen_clock import FrozenClock
from tests.support.threads import run_in_threads
from tests.support.whatsapp import CUSTOMER, delivery, message, signature, status, text

pytestmark = pytest.mark.usefixtures("channel")


def test_a_first_message_makes_client_conversation_and_message_at_once(
    db: Database, cast: Cast, vault: Vault, frozen_clock: FrozenClock
) -> None:
    arrive(db, vault, text("wamid.1", "Здравствуйте"))
    client = rows(db, "SELECT name, phone, source FROM clients")
    assert client == [{"name": "Kerry Fisher", "phone": f"+{CUSTOMER}", "source": "WhatsApp"}]
    conversation = rows(db, "SELECT status, phone, last_inbound_at FROM conversations")
    assert conversation == [
        {"status": "active", "phone": f"+{CUSTOMER}", "last_inbound_at": "2026-11-21T07:39:11.000Z"}
    ]
    said = rows(db, "SELECT direction, kind, body, status, external_id FROM messages")
    assert said == [
        {"direction": "in", "kind": "text", "body": "Здравствуйте", "status": None, "external_id": "wamid.1"}
    ]


def test_each_change_is_in_the_ledger_on_the_client_s_timeline(
    db: Database, cast: Cast, vault: Vault
) -> None:
    arrive(db, vault, text("wamid.1"))
    client_id = value(db, "SELECT id FROM clients")
    timeline = db.read(
        list_activities, cast.owner, ActivityFilter(subject="client", subject_id=client_id), limit=9
    )
    actions = [entry.action for entry in timeline.rows]
    assert actions == ["message.received", "conversation.created", "client.created"]
    assert value(db, "SELECT count(*) FROM activities WHERE action = 'lead.created'") == 1


def test_an_event_is_projected_once_however_often_it_comes_and_is_worked_on(
    db: Database, vault: Vault
) -> None:
    raw = delivery(text("wamid.1"), status("wamid.0", "read"))
    for _ in range(3):
        receive_delivery(db, vault, Delivery(WHATSAPP, raw, signature(raw)), "request")
    run_in_threads(lambda _: project_due(db), 16, at_once=8)
    for _ in range(3):
        deliver(db, vault, raw)
    once = {"clients": 1, "conversations": 1, "messages": 1, "statuses": 1, "done": 2}
    assert counts(db) == {**once, "waiting": 0, "quarantined": 0}


def test_fifty_first_messages_at_once_make_one_client_and_one_conversation(
    db: Database, vault: Vault
) -> None:
    def receive(number: int) -> None:
        deliver(db, vault, delivery(text(f"wamid.{number}")))

    run_in_threads(receive, 50, at_once=16)
    project_due(db)
    found = counts(db)
    assert (found["clients"], found["conversations"], found["messages"]) == (1, 1, 50)


def test_a_known_phone_is_its_client_and_another_spelling_the_same_conversation(
    db: Database, vault: Vault
) -> None:
    arrive(db, vault, text("w1", sender="5215512345678"))
    arrive(db, vault, text("w2", sender="525512345678"))
    arrive(db, vault, text("w3", sender="5511987654321"))
    arrive(db, vault, text("w4", sender="551187654321"))
    found = counts(db)
    assert (found["clients"], found["conversations"], found["messages"]) == (2, 2, 4)


def test_a_person_without_a_phone_is_known_by_the_id_that_whatsapp_gives_them(
    db: Database, vault: Vault
) -> None:
    hidden: dict[str, Any] = {"id": "w1", "type": "text", "text": {"body": "Hi"}}
    arrive(db, vault, {**hidden, "from_user_id": "DE.1349"})
    arrive(db, vault, {**hidden, "id": "w2", "from_user_id": "DE.1349", "from": CUSTOMER})
    arrive(db, vault, {**hidden, "id": "w3", "from_user_id": "DE.1349"})
    assert rows(db, "SELECT phone, user_id FROM conversations") == [
        {"phone": f"+{CUSTOMER}", "user_id": "DE.1349"}
    ]
    assert counts(db)["messages"] == 3


def test_an_answer_wakes_a_snoozed_and_reopens_a_closed_conversation(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    arrive(db, vault, text("w1"))
    conversation = db.read(get_conversation, cast.owner, value(db, "SELECT id FROM conversations"))
    tomorrow = clock.later(clock.timestamp(), timedelta(days=1))
    for state, until in (("closed", None), ("snoozed", tomorrow)):
        db.write(set_status, cast.owner, conversation, state, until)
        arrive(db, vault, text(f"after {state}"))
        assert value(db, "SELECT status FROM conversations") == "active"


def test_who_writes_again_after_their_client_was_deleted_becomes_a_client_again(
    db: Database, cast: Cast, vault: Vault
) -> None:
    arrive(db, vault, text("w1"))
    db.write(delete_client, cast.owner, value(db, "SELECT id FROM clients"))
    arrive(db, vault, text("w2"))
    assert value(db, "SELECT count(*) FROM clients WHERE deleted_at IS NULL") == 1
    assert value(db, "SELECT count(*) FROM conversations") == 1
    living = "SELECT c.deleted_at FROM conversations v JOIN clients c ON c.id = v.client_id"
    assert value(db, living) is None


def test_a_name_or_number_of_no_known_form_loses_no_message(db: Database, vault: Vault) -> None:
    arrive(db, vault, text("w1", sender="99999"), name="\u200b")
    assert rows(db, "SELECT name, phone FROM clients") == [{"name": "+99999", "phone": "+99999"}]
    assert counts(db)["messages"] == 1


def test_a_new_customer_s_first_message_makes_one_lead_with_what_it_says(db: Database, vault: Vault) -> None:
    arrive(db, vault, text("w1", "How much is it?"), text("w2", "Hello?"))
    arrive(db, vault, text("w3", "Anybody?"))
    assert rows(db, "SELECT title, details, source, type, status FROM leads") == [
        {
            "title": "Kerry Fisher",
            "details": "How much is it?",
            "source": "WhatsApp",
            "type": "inquiry",
            "status": "new",
        }
    ]
    linked = rows(db, "SELECT conversation_id, lead_id, is_current FROM conversation_leads")
    assert linked == [{"conversation_id": 1, "lead_id": 1, "is_current": 1}]


def test_a_number_that_makes_no_leads_and_a_known_client_make_none(
    db: Database, cast: Cast, channel: Channel, vault: Vault
) -> None:
    db.write(change_channel, cast.owner, vault, channel.id, WhatsAppChannelChanges(create_leads=False))
    arrive(db, vault, text("w1"))
    db.write(change_channel, cast.owner, vault, channel.id, WhatsAppChannelChanges(create_leads=True))
    arrive(db, vault, text("w2"))
    assert rows(db, "SELECT id FROM leads") == []


@pytest.mark.parametrize(
    "table",
    ["clients", "conversations", "messages", "message_media", "leads", "conversation_leads", "activities"],
)
def test_a_failure_at_any_write_leaves_the_event_waiting_and_nothing_else(
    db: Database, vault: Vault, frozen_clock: FrozenClock, table: str
) -> None:
    raw = delivery(message("w1", "image", image={"id": "m1", "mime_type": "image/png"}))
    with failing(db, table):
        deliver(db, vault, raw)
        found = counts(db)
        assert (found.pop("waiting"), sum(found.values())) == (1, 0)
        assert rows(db, "SELECT id FROM leads UNION ALL SELECT id FROM message_media") == []
    frozen_clock.advance(minutes=1)
    project_due(db)
    assert (counts(db)["messages"], counts(db)["waiting"]) == (1, 0)
