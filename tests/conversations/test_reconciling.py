import pytest

from crm.config import Settings
from crm.conversations.leads.pair_fields import NewLead
from crm.conversations.leads.pairs import create_lead_or_pair
from crm.conversations.reconciling import Balance, reconcile, reconcile_all
from crm.fields import parse_fields
from tests.support.cloud_api import CUT_AFTER_ACCEPT, refused
from tests.support.crm_command import crm
from tests.support.engines import spoil
from tests.support.talk import Talk
from tests.support.whatsapp import status, text


def balance(talk: Talk) -> Balance:
    return talk.db.read(reconcile, talk.cast.owner)


@pytest.fixture
def busy(talk: Talk) -> Talk:
    """After a day in which everything happened."""
    talk.stub.meet(refused(131026), CUT_AFTER_ACCEPT)
    talk.arrive(text("w1"), text("w2", sender="4917000000"), status("elsewhere", "read"))
    talk.arrive(status("w", "evaporated"))
    for words in ("refused", "cut", "sent"):
        talk.write(words)
        talk.send()
    talk.write("queued")
    talk.report_status("delivered", 1)
    return talk


def test_what_arrived_is_messages_statuses_and_quarantined_together(busy: Talk) -> None:
    found = balance(busy)
    assert (found.received, found.messages, found.statuses, found.quarantined, found.waiting) == (
        5,
        2,
        2,
        1,
        0,
    )
    assert found.even


TWIN = """
    INSERT INTO messages (id, workspace_id, conversation_id, direction, kind, body, status,
                          sent_at, created_at)
    SELECT id + 90, workspace_id, conversation_id, direction, kind, body, status, sent_at, created_at
      FROM messages
     LIMIT 1
"""


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DELETE FROM messages WHERE direction = 'in'", "made neither a message nor a status"),
        ("UPDATE inbound_events SET state = 'waiting' WHERE state = 'done'", "are not done but made"),
        ("UPDATE messages SET event_id = NULL WHERE direction = 'in'", "without the event that brought them"),
        ("DELETE FROM outbox", "not in the outbox"),
        ("UPDATE outbox SET state = 'sent'", "status is not that of their outbox"),
        (TWIN, "without their entry in the ledger"),
        ("DELETE FROM leads", "a conversation which is gone"),
        ("DELETE FROM conversation_leads", "leads that came with a conversation, without it"),
        ("DELETE FROM inbound_events WHERE kind = 'message'", "beyond messages"),
    ],
)
def test_each_kind_of_difference_is_shown_and_not_repaired(busy: Talk, sql: str, says: str) -> None:
    spoil(busy.db, sql)
    differences = [balance(busy).differences for _ in range(2)]
    assert any(says in difference for difference in differences[0])
    assert differences[0] == differences[1]


def test_the_lost_conversation_of_a_pair_is_shown_where_messages_followed(busy: Talk) -> None:
    fields = parse_fields(NewLead, {"customer_phone": "+4917000001", "customer_name": "Ann"})
    made = busy.db.write(create_lead_or_pair, busy.cast.owner, fields)
    busy.arrive(text("w3", sender="4917000001"))
    assert balance(busy).even
    spoil(busy.db, f"DELETE FROM conversation_leads WHERE lead_id = {made.id}")
    assert balance(busy).differences == {"leads that came with a conversation, without it": 1}


def test_a_conversation_of_nobody_is_shown(busy: Talk) -> None:
    spoil(busy.db, "DELETE FROM conversation_leads", "DELETE FROM messages")
    assert "conversations without a message and without a lead" in balance(busy).differences


def test_the_worker_looks_at_every_workspace(busy: Talk, settings: Settings) -> None:
    assert [each.received for each in reconcile_all(busy.db, settings).values()] == [5, 0]


def test_the_command_says_whether_it_adds_up_and_exits_accordingly(busy: Talk, settings: Settings) -> None:
    good = crm(settings, "reconcile")
    assert (good.returncode, good.stdout.count("all adds up")) == (0, 2)
    assert "5 events received = 2 messages + 2 statuses + 1 quarantined + 0 waiting" in good.stdout
    spoil(busy.db, "DELETE FROM outbox")
    bad = crm(settings, "reconcile")
    assert bad.returncode == 1
    assert "not in the outbox" in bad.stdout
