import base64
from datetime import timedelta
from typing import Any

import pytest

from crm import clock
from crm.activity.timeline import ActivityFilter, list_activities
from crm.clients.trash import delete_client
from crm.conversations.channels.channels import Channel, change_channel
from crm.conversations.inbound import projection
from crm.conversations.inbound.deliveries import Delivery, receive_delivery
from crm.conversations.inbound.events import MOST_ATTEMPTS, list_quarantined, replay_event
from crm.conversations.inbound.intake import take_in
from crm.conversations.inbound.projection import project_due
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.opening import set_status
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelChanges
from crm.conversations.whatsapp.kind import WHATSAPP
from crm.db.database import Database
from crm.errors import NotFound
from crm.vault import Vault
from tests.support.arrivals import arrive, deliver, rows, value
from tests.support.cast import Cast
from tests.support.faults import failing
from tests.support.frozen_clock import FrozenClock
from tests.support.threads import run_in_threads
from tests.support.whatsapp import CUSTOMER, connect, delivery, message, signature, status, text

pytestmark = pytest.mark.usefixtures("channel")

COUNTS = """
    SELECT (SELECT count(*) FROM clients) AS clients, (SELECT count(*) FROM conversations) AS conversations,
           (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM message_statuses) AS statuses,
           (SELECT count(*) FROM inbound_events WHERE state = 'done') AS done,
           (SELECT count(*) FROM inbound_events WHERE state = 'waiting') AS waiting,
           (SELECT count(*) FROM inbound_events WHERE state = 'quarantined') AS quarantined
"""


def counts(db: Database) -> dict[str, int]:
    return rows(db, COUNTS)[0]


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


KINDS = [
    (
        message("w", "image", image={"id": "m1", "mime_type": "image/jpeg", "caption": "Look"}),
        "image",
        "Look",
    ),
    (message("w", "document", document={"id": "m1", "filename": "a.pdf"}), "document", ""),
    (
        message("w", "audio", audio={"id": "m1", "mime_type": "audio/ogg; codecs=opus", "voice": True}),
        "audio",
        "",
    ),
    (message("w", "video", video={"id": "m1", "mime_type": "video/mp4"}), "video", ""),
    (message("w", "sticker", sticker={"id": "m1", "mime_type": "image/webp"}), "sticker", ""),
    (message("w", "location", location={"latitude": 52.5, "longitude": 13.4}), "location", "52.5, 13.4"),
    (
        message("w", "location", location={"latitude": 1, "longitude": 2, "name": "Office"}),
        "location",
        "Office",
    ),
    (
        message("w", "contacts", contacts=[{"name": {"formatted_name": "Ann"}, "phones": [{"phone": "1"}]}]),
        "contacts",
        "Ann",
    ),
    (message("w", "reaction", reaction={"message_id": "wamid.1", "emoji": "👍"}), "reaction", "👍"),
    (message("w", "button", button={"text": "Yes", "payload": "yes-1"}), "reply", "Yes"),
    (
        message(
            "w",
            "interactive",
            interactive={"type": "button_reply", "button_reply": {"id": "1", "title": "No"}},
        ),
        "reply",
        "No",
    ),
    (
        message(
            "w", "interactive", interactive={"type": "list_reply", "list_reply": {"id": "1", "title": "Tue"}}
        ),
        "reply",
        "Tue",
    ),
    (message("w", "system", system={"body": "number changed", "type": "x"}), "system", "number changed"),
    (message("w", "poll_of_tomorrow", poll={}), "unknown", ""),
    (message("w", "unsupported", errors=[{"code": 131051}], unsupported={"type": "poll"}), "unknown", ""),
]


@pytest.mark.parametrize(
    ("part", "kind", "body"), KINDS, ids=[f"{kind}-{n}" for n, (_, kind, _) in enumerate(KINDS)]
)
def test_each_kind_of_message_is_shown(
    db: Database, vault: Vault, part: dict[str, Any], kind: str, body: str
) -> None:
    arrive(db, vault, part)
    assert rows(db, "SELECT kind, body FROM messages") == [{"kind": kind, "body": body}]
    assert counts(db)["quarantined"] == 0


def test_media_are_expected_with_the_fingerprint_that_was_sent(db: Database, vault: Vault) -> None:
    fingerprint = base64.b64encode(b"x" * 32).decode()
    arrive(
        db, vault, message("w", "image", image={"id": "m1", "mime_type": "image/png", "sha256": fingerprint})
    )
    media = rows(db, "SELECT media_id, media_type, sha256_told, state FROM message_media")
    assert media == [
        {"media_id": "m1", "media_type": "image/png", "sha256_told": (b"x" * 32).hex(), "state": "waiting"}
    ]


@pytest.mark.parametrize(
    "part",
    [
        message("w", "text", text={"body": 7}),
        message("w", "text"),
        message("w", "text", text={"body": "x"}, at=-1),
        message("w", "image", image={"mime_type": "image/png"}),
        message("w", "interactive", interactive={"type": "dance"}),
        {"id": "w", "type": "text", "text": {"body": "nobody"}},
        status("w", "evaporated"),
        {"id": "w", "status": "read", "timestamp": "soon"},
    ],
)
def test_what_is_not_understood_is_quarantined_whole_and_leaves_nothing_else(
    db: Database, cast: Cast, vault: Vault, part: dict[str, Any]
) -> None:
    arrive(db, vault, part)
    found = counts(db)
    assert found.pop("quarantined") == 1
    assert set(found.values()) == {0}
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert event.problem
    assert '"id": "w"' in event.payload


def test_a_quarantined_event_is_projected_once_its_number_is_connected(
    db: Database, cast: Cast, vault: Vault
) -> None:
    arrive(db, vault, text("wamid.1"), number="999")
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert "not connected" in event.problem
    connect(db, cast.owner, vault, phone_number_id="999")
    db.write(replay_event, cast.owner, event.id)
    project_due(db)
    assert (counts(db)["messages"], counts(db)["quarantined"]) == (1, 0)
    with pytest.raises(NotFound):
        db.write(replay_event, cast.owner, event.id)


def test_no_workspace_sees_or_replays_the_quarantine_of_another(
    db: Database, cast: Cast, vault: Vault
) -> None:
    arrive(db, vault, status("w", "evaporated"))
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert db.read(list_quarantined, cast.outsider, limit=10).rows == []
    with pytest.raises(NotFound):
        db.write(replay_event, cast.outsider, event.id)


def test_a_defect_of_ours_is_tried_again_later_then_quarantined_and_stops_no_other(
    db: Database, cast: Cast, vault: Vault, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_take_in = take_in

    def failing(tx: Any, arrival: Any, received: Any) -> None:
        true_take_in(tx, arrival, received)
        if received.body == "poison":
            raise ZeroDivisionError("a defect")

    monkeypatch.setattr(projection, "take_in", failing)
    arrive(db, vault, text("w1", "poison"), text("w2", "fine", sender="4917099999"))
    assert rows(db, "SELECT body FROM messages") == [{"body": "fine"}]
    for _ in range(MOST_ATTEMPTS):
        frozen_clock.advance(hours=1)
        project_due(db)
    (event,) = db.read(list_quarantined, cast.owner, limit=10).rows
    assert event.attempts == MOST_ATTEMPTS
    monkeypatch.setattr(projection, "take_in", true_take_in)
    db.write(replay_event, cast.owner, event.id)
    project_due(db)
    assert {row["body"] for row in rows(db, "SELECT body FROM messages")} == {"fine", "poison"}


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
