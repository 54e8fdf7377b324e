"""What each user has seen, in the order of writing; and until when each number may write freely."""

from typing import Any

import pytest

from crm.accounts.disabling import disable
from crm.clients.spellings import phone_key, spellings
from crm.conversations.templates.fields import TemplateFields, TemplateUse
from crm.conversations.templates.templates import add_template
from crm.conversations.thread.conversation import Conversation, get_conversation
from crm.conversations.thread.conversations import assign_conversation, change_conversation, mark_read
from crm.conversations.thread.fields import ConversationChanges
from crm.conversations.thread.inbox import InboxFilter, count_unread, list_conversations
from crm.conversations.thread.opening import open_conversation
from crm.conversations.thread.thread import list_messages
from crm.conversations.transport.received import Sender
from crm.conversations.writing.fields import Words
from crm.conversations.writing.writing import write_message
from crm.db.transaction import Transaction
from crm.errors import Invalid, Stale
from tests.support.talk import Talk
from tests.support.whatsapp import CUSTOMER, connect, message, text

EDITED = {"original_message_id": "w1", "message": {"type": "text", "text": {"body": "b"}}}


def only(talk: Talk) -> Conversation:
    return talk.db.read(get_conversation, talk.cast.owner, 1)


def bodies(talk: Talk) -> list[str]:
    page = talk.db.read(list_messages, talk.cast.owner, 1, limit=50)
    return [each.body for each in reversed(page.rows)]


def at(talk: Talk, before: int) -> int:
    """Seconds of the epoch, so many before now."""
    return int(talk.clock.time.timestamp()) - before


def ids(talk: Talk) -> dict[str, int]:
    return {row["body"]: row["id"] for row in talk.rows("SELECT id, body FROM messages")}


def test_a_thread_and_its_row_are_in_the_order_of_writing(talk: Talk) -> None:
    talk.arrive(text("w2", "second", at=at(talk, 60)))
    talk.arrive(text("w1", "first", at=at(talk, 120)))
    assert bodies(talk) == ["first", "second"]
    assert only(talk).last_message == "second"
    pages = talk.db.read(list_messages, talk.cast.owner, 1, limit=1)
    older = talk.db.read(list_messages, talk.cast.owner, 1, limit=1, cursor=pages.next)
    assert [each.body for each in (*pages.rows, *older.rows)] == ["second", "first"]


def test_no_clock_of_a_sender_puts_a_message_after_what_came_later(talk: Talk) -> None:
    talk.arrive(text("w1", "from the future", at=at(talk, -100_000)))
    talk.clock.advance(minutes=1)
    talk.arrive(text("w2", "later", at=at(talk, 0)))
    assert bodies(talk) == ["from the future", "later"]
    assert str(only(talk).window_until) < talk.clock.advance(days=1, seconds=1)


def test_it_is_read_up_to_and_with_a_message_and_what_comes_late_stays_unread(talk: Talk) -> None:
    for number in range(1, 4):
        talk.arrive(text(f"w{number}", f"m{number}", at=at(talk, 100 - number * 10)))
    owner = talk.cast.owner
    talk.db.write(mark_read, owner, 1, message_id=ids(talk)["m2"])
    assert only(talk).unread == 1
    talk.db.write(mark_read, owner, 1, message_id=ids(talk)["m1"])
    assert only(talk).unread == 1, "what was seen stays seen"
    talk.arrive(text("w0", "late", at=at(talk, 95)))
    assert only(talk).unread == 2
    assert talk.db.read(count_unread, owner) == 1
    talk.db.write(mark_read, owner, 1)
    assert (only(talk).unread, talk.db.read(count_unread, owner)) == (0, 0)
    with pytest.raises(Invalid):
        talk.db.write(mark_read, owner, 1, message_id=999)


@pytest.mark.parametrize(
    "silent",
    [
        message("s", "reaction", reaction={"message_id": "w1", "emoji": "👍"}),
        message("s", "reaction", reaction={"message_id": "w1"}),
        message("s", "system", system={"body": "changed", "type": "customer_identity_changed"}),
        message("s", "edit", edit=EDITED),
        message("s", "revoke", revoke={"original_message_id": "w1"}),
    ],
    ids=["reaction", "taken back", "system", "edit", "revoke"],
)  # fmt: skip
@pytest.mark.parametrize("status", ["closed", "snoozed"])
def test_what_is_no_word_wakes_nothing(talk: Talk, silent: dict[str, Any], status: str) -> None:
    talk.arrive(text("w1", "a"))
    owner = talk.cast.owner
    talk.db.write(mark_read, owner, 1)
    given: dict[str, Any] = {"status": status}
    if status == "snoozed":
        given["snoozed_until"] = talk.clock.time.replace(year=2099)
    talk.db.write(change_conversation, owner, 1, ConversationChanges.model_validate(given))
    before = only(talk)
    talk.clock.advance(hours=30)
    talk.arrive(silent)
    after = only(talk)
    same = ("status", "unread", "window_until", "last_inbound_at", "last_message_at", "client_id")
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert talk.value("SELECT count(*) FROM leads") == 1


def test_the_24_hours_are_the_customer_s_with_the_number_that_they_wrote_to(talk: Talk) -> None:
    second = connect(
        talk.db, talk.cast.owner, talk.vault, phone_number_id="222", display_phone="+15550783882"
    )
    talk.arrive(text("w1"))

    def write(tx: Transaction) -> tuple[bool, bool]:
        conversation = open_conversation(tx, Sender(f"+{CUSTOMER}", None, None)).conversation
        messages = [
            write_message(tx, conversation, Words(text="Hi"), channel_id=each) for each in (None, second.id)
        ]
        return messages[0].window_open, messages[1].window_open

    assert talk.db.write(write, talk.cast.owner) == (True, False)
    assert only(talk).channel_id == talk.channel.id, "the number that the customer wrote to stays"
    talk.arrive(text("w2"), number="222")
    assert talk.db.write(write, talk.cast.owner) == (True, True)
    assert only(talk).channel_id == second.id


def test_another_spelling_that_is_typed_does_not_change_the_number_that_is_written_to(talk: Talk) -> None:
    talk.arrive(text("w1", sender="5213312345678"), name="Ana")
    talk.write("Hola", Sender("+523312345678", None, "somebody else"))
    conversation = only(talk)
    assert (conversation.phone, conversation.name) == ("+5213312345678", "Ana")
    talk.send()
    assert [sent["to"] for sent in talk.stub.accepted] == ["5213312345678"]


@pytest.mark.parametrize("sender", ["5213312345678", "22997123456", "22507123456", "99999"])
def test_name_and_number_of_a_stranger_are_kept_each_for_itself(talk: Talk, sender: str) -> None:
    talk.arrive(text("w1", sender=sender), name="Ana")
    assert talk.rows("SELECT name, phone FROM clients") == [{"name": "Ana", "phone": f"+{sender}"}]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+5213312345678", "+523312345678"),
        ("+5491123456789", "+541123456789"),
        ("+5531987654321", "+553187654321"),
        ("+2290197123456", "+22997123456"),
        ("+2250777123456", "+22577123456"),
        ("+2250544123456", "+22544123456"),
    ],
)
def test_one_number_has_one_key_however_it_is_written(one: str, other: str) -> None:
    assert phone_key(one) == phone_key(other)
    assert {one, other} <= set(spellings(one)) & set(spellings(other))


def test_numbers_that_only_look_alike_have_keys_of_their_own() -> None:
    assert phone_key("+5531932654321") == "+5531932654321", "a landline of Brazil has no ninth digit"
    assert phone_key("+2250577123456") == "+2250577123456", "another operator's number"


def test_who_takes_what_another_took_meanwhile_is_warned(talk: Talk) -> None:
    talk.arrive(text("w1"))
    for who, refused in ((talk.cast.owner, False), (talk.cast.colleague, True)):
        changes = ConversationChanges(assignee_id=who.user_id)
        if refused:
            with pytest.raises(Stale, match="Owner was assigned this conversation"):
                talk.db.write(assign_conversation, who, 1, changes, seen=None)
        else:
            talk.db.write(assign_conversation, who, 1, changes, seen=None)
    assert only(talk).assignee_id == talk.cast.owner.user_id


def test_the_conversation_of_somebody_deactivated_is_found_as_nobody_s(talk: Talk) -> None:
    talk.arrive(text("w1"))
    changes = ConversationChanges(assignee_id=talk.cast.colleague.user_id)
    talk.db.write(change_conversation, talk.cast.owner, 1, changes)
    wanted = InboxFilter(box="unassigned")
    assert talk.db.read(list_conversations, talk.cast.owner, wanted, limit=9).rows == []
    talk.db.write(disable, talk.cast.owner, talk.cast.colleague.user_id or 0)
    assert len(talk.db.read(list_conversations, talk.cast.owner, wanted, limit=9).rows) == 1


@pytest.mark.parametrize("blanks", [" " * 9, "\t", "\n", " \u00a0\u2003 "])
def test_what_fills_a_template_is_closed_up(blanks: str) -> None:
    given = f"Ann{blanks}Lee"
    use = TemplateUse.model_validate(
        {"name": "a", "parameters": [given], "header": given, "links": [{"button": 0, "text": given}]}
    )
    named = TemplateUse.model_validate({"name": "a", "named_parameters": {"who": given}})
    assert [use.parameters[0], use.header, use.links[0].text, named.named_parameters["who"]] == [
        "Ann Lee"
    ] * 4


def test_marketing_and_what_is_rejected_are_not_sent(talk: Talk) -> None:
    talk.arrive(text("w1"))
    fields = TemplateFields(name="offer", body="Come back", category="marketing")
    talk.db.write(add_template, talk.cast.owner, fields)
    use = Words(template=TemplateUse(name="offer"))
    assert talk.write(use).status == "queued"
    stopped = "UPDATE conversations SET marketing_stopped_at = :now WHERE workspace_id = :workspace_id"
    talk.db.write(lambda tx: tx.run(stopped), talk.cast.owner)
    with pytest.raises(Invalid, match="opted out of marketing"):
        talk.write(use)
    back = "UPDATE conversations SET marketing_stopped_at = NULL WHERE workspace_id = :workspace_id"
    gone = "UPDATE message_templates SET status = 'paused' WHERE workspace_id = :workspace_id"
    talk.db.write(lambda tx: (tx.run(back), tx.run(gone)), talk.cast.owner)
    with pytest.raises(Invalid, match="no longer approved: paused"):
        talk.write(use)
