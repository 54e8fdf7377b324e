from datetime import UTC, datetime
from typing import Any

import pytest

from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.conversations import change_conversation, mark_read, wake_snoozed
from crm.conversations.thread.fields import ConversationChanges
from crm.conversations.thread.inbox import (
    Box,
    InboxFilter,
    count_boxes,
    count_unread,
    list_conversations,
    pulse,
)
from crm.conversations.thread.messages import add_note
from crm.conversations.thread.thread import list_messages
from crm.db.actor import Actor
from crm.errors import Invalid, NotFound, Stale
from crm.fields import parse_fields
from tests.support.talk import Talk, person
from tests.support.whatsapp import message, status, text

TOMORROW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def only(talk: Talk) -> Conversation:
    return talk.db.read(get_conversation, talk.cast.owner, talk.value("SELECT max(id) FROM conversations"))


def change(talk: Talk, **given: Any) -> Conversation:
    changes = ConversationChanges.model_validate(given)
    return talk.db.write(change_conversation, talk.cast.owner, only(talk).id, changes)


def box(talk: Talk, name: Box, who: Actor | None = None) -> list[int]:
    page = talk.db.read(list_conversations, who or talk.cast.owner, InboxFilter(box=name), limit=50)
    return [each.id for each in page.rows]


def test_the_newest_message_is_on_top_and_pages_follow_without_gap(talk: Talk) -> None:
    for number in range(5):
        talk.arrive(text(f"w{number}", sender=f"49170000{number:04}"))
        talk.clock.advance(seconds=1)
    talk.arrive(text("again", sender="491700000001"))
    seen: list[int] = []
    cursor = None
    for _ in range(3):
        page = talk.db.read(list_conversations, talk.cast.owner, InboxFilter(), limit=2, cursor=cursor)
        seen += [each.id for each in page.rows]
        cursor = page.next
    assert seen == [2, 5, 4, 3, 1]
    assert cursor is None


def test_each_box_holds_its_own(talk: Talk) -> None:
    for number in range(4):
        talk.arrive(text(f"w{number}", sender=f"49170000{number:04}"))
    owner = talk.cast.owner
    for number, given in enumerate(
        [{"assignee_id": owner.user_id}, {"snoozed_until": TOMORROW}, {"status": "closed"}], start=1
    ):
        changes = ConversationChanges.model_validate(given)
        talk.db.write(change_conversation, owner, number, changes)
    assert {name: box(talk, name) for name in ("open", "mine", "unassigned", "snoozed", "closed")} == {
        "open": [4, 1],
        "mine": [1],
        "unassigned": [4],
        "snoozed": [2],
        "closed": [3],
    }
    assert box(talk, "mine", talk.cast.colleague) == []
    assert talk.db.read(count_boxes, owner) == {"open": 2, "mine": 1, "unassigned": 1, "snoozed": 1}
    assert box(talk, "all", talk.cast.outsider) == []


def test_what_is_unread_is_counted_for_each_user_by_himself(talk: Talk) -> None:
    talk.arrive(text("w1"), text("w2"))
    owner, colleague = talk.cast.owner, talk.cast.colleague
    talk.db.write(mark_read, owner, only(talk).id)
    talk.arrive(text("w3"))
    talk.write("our own answer is not unread")
    unread = [talk.db.read(get_conversation, who, only(talk).id).unread for who in (owner, colleague)]
    assert unread == [1, 3]
    talk.db.write(mark_read, owner, only(talk).id)
    assert [talk.db.read(count_unread, who) for who in (owner, colleague)] == [0, 1]


@pytest.mark.parametrize("name", ["fisher", "KERRY", "4911", "+4915"])
def test_a_conversation_is_found_by_name_or_phone(talk: Talk, name: str) -> None:
    talk.arrive(text("w1"))
    wanted = InboxFilter(box="all", q=name)
    found = talk.db.read(list_conversations, talk.cast.owner, wanted, limit=5).rows
    assert len(found) == (0 if name == "4911" else 1)
    assert talk.db.read(list_conversations, talk.cast.owner, InboxFilter(q="%"), limit=5).rows == []


def test_a_snoozed_conversation_comes_back_when_its_time_has_come(talk: Talk) -> None:
    talk.arrive(text("w1"))
    assert change(talk, snoozed_until=TOMORROW).status == "snoozed"
    assert wake_snoozed(talk.db) == 0
    talk.clock.advance(days=2)
    assert wake_snoozed(talk.db) == 1
    assert (only(talk).status, only(talk).snoozed_until) == ("active", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"status": "snoozed"}, "snoozed_until"),
        ({"status": "closed", "snoozed_until": TOMORROW}, "snoozed_until"),
        ({"snoozed_until": datetime(2020, 1, 1, tzinfo=UTC)}, "snoozed_until"),
        ({"assignee_id": 999}, "assignee_id"),
        ({"client_id": 999}, "client_id"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(talk: Talk, given: dict[str, Any], field: str) -> None:
    talk.arrive(text("w1"))
    with pytest.raises(Invalid) as caught:
        change(talk, **given)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_each_change_is_one_entry_in_the_ledger_and_none_where_nothing_differs(talk: Talk) -> None:
    talk.arrive(text("w1"))
    before = talk.value("SELECT max(seq) FROM activities")
    for given in ({"status": "closed"}, {"assignee_id": talk.cast.owner.user_id}):
        change(talk, **given)
        change(talk, **given)
    entries = talk.rows(f"SELECT action FROM activities WHERE seq > {before} ORDER BY seq")
    assert [row["action"] for row in entries] == ["conversation.closed", "conversation.assigned"]


def test_a_conversation_can_be_given_to_another_client(talk: Talk) -> None:
    talk.arrive(text("w1"))
    other = talk.db.write(create_client, talk.cast.owner, parse_fields(ClientFields, {"name": "Ann"}))
    assert change(talk, client_id=other.id).client_name == "Ann"


def test_a_stale_change_and_a_foreign_one_are_refused(talk: Talk) -> None:
    talk.arrive(text("w1"))
    changes = ConversationChanges(status="closed")
    version = only(talk).version
    talk.db.write(change_conversation, talk.cast.owner, 1, changes, expected_version=version)
    with pytest.raises(Stale):
        talk.db.write(change_conversation, talk.cast.owner, 1, changes, expected_version=version)
    for operation in (lambda tx: change_conversation(tx, 1, changes), lambda tx: mark_read(tx, 1)):
        with pytest.raises(NotFound):
            talk.db.write(operation, talk.cast.outsider)


def test_the_pulse_grows_with_whatever_happens(talk: Talk) -> None:
    beats = [0]

    def beat() -> None:
        beats.append(talk.db.read(pulse, talk.cast.owner))
        assert beats[-1] > beats[-2]

    talk.arrive(text("w1"))
    beat()
    talk.write()
    beat()
    talk.send()
    beat()
    talk.report_status("read")
    beat()
    talk.db.write(add_note, talk.cast.owner, only(talk).id, "note")
    beat()
    change(talk, status="closed")
    beat()
    talk.arrive(status("elsewhere", "read"))
    assert talk.db.read(pulse, talk.cast.owner) == beats[-1]


def test_the_thread_shows_quotes_reactions_and_media_with_their_message(talk: Talk) -> None:
    talk.arrive(text("w1", "First"))
    talk.write("Second")
    talk.send()
    answered = talk.stub.accepted[0]["wamid"]
    talk.arrive(text("w2", "Third", context={"id": answered}))
    talk.arrive(message("w3", "reaction", reaction={"message_id": answered, "emoji": "👍"}))
    talk.arrive(message("w4", "image", image={"id": "m1", "mime_type": "image/png", "caption": "Look"}))
    thread = talk.db.read(list_messages, talk.cast.owner, 1, limit=10).rows
    assert [each.body for each in thread] == ["Look", "Third", "Second", "First"]
    image, third, second, _ = thread
    assert image.media is not None and image.media.state == "waiting"
    assert third.answers is not None and third.answers.body == "Second"
    assert [reaction.emoji for reaction in second.reactions] == ["👍"]
    assert second.author_name == "Owner"
    talk.arrive(message("w5", "reaction", reaction={"message_id": answered, "emoji": ""}))
    assert talk.db.read(list_messages, talk.cast.owner, 1, limit=10).rows[2].reactions == []


def test_pages_of_a_thread_follow_without_gap(talk: Talk) -> None:
    for number in range(5):
        talk.write(str(number))
    first = talk.db.read(list_messages, talk.cast.owner, 1, limit=3)
    rest = talk.db.read(list_messages, talk.cast.owner, 1, limit=3, cursor=first.next)
    assert [each.body for each in (*first.rows, *rest.rows)] == ["4", "3", "2", "1", "0"]
    with pytest.raises(NotFound):
        talk.db.read(list_messages, talk.cast.outsider, 1, limit=3)


def test_nobody_is_counted_among_persons_without_a_conversation(talk: Talk) -> None:
    talk.write(to=person(1))
    talk.write(to=person(2))
    assert len(box(talk, "open")) == 2
