"""The inbox is searched as everything else is, and by the words of messages."""

from typing import Any

import pytest

from crm.clients.clients import change_client
from crm.clients.fields import PatchedClient
from crm.conversations.searching import MOST_CONVERSATIONS, search_conversations
from crm.conversations.thread.inbox import InboxFilter, list_conversations
from crm.conversations.thread.messages import add_note
from crm.conversations.thread.opening import open_conversation
from crm.conversations.transport.received import Sender
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.records.passages import MOST_CHARACTERS
from tests.support.cast import Cast
from tests.support.talk import Talk
from tests.support.whatsapp import CUSTOMER, message, text


def begin(db: Database, who: Actor, phone: str, name: str | None = None) -> int:
    sender = Sender(phone, None, name)
    return db.write(lambda tx: open_conversation(tx, sender).conversation.id, who)


def found(db: Database, who: Actor, q: str, **wanted: Any) -> list[int]:
    page = db.read(list_conversations, who, InboxFilter(box="all", q=q, **wanted), limit=50)
    return [conversation.id for conversation in page.rows]


@pytest.mark.parametrize(
    "q",
    ["+1 415-555-2801", "(415) 555-2801", "4155552801", "tel:+14155552801", "Marchand Élodie", "elodie",
     "ELODIE", "Marchand, E\u0301lodie", "2801"],
)  # fmt: skip
def test_who_writes_is_found_as_everywhere(db: Database, cast: Cast, q: str) -> None:
    sought = begin(db, cast.owner, "+14155552801", "Élodie Marchand")
    begin(db, cast.owner, "+14155552999", "Somebody Else")
    begin(db, cast.outsider, "+14155552801", "Élodie Marchand")
    assert found(db, cast.owner, q) == [sought]


def test_a_client_s_new_name_finds_their_conversation_and_so_does_the_person_s_own(
    db: Database, cast: Cast
) -> None:
    sought = begin(db, cast.owner, "+14155552801", "Kerry")
    [client_id] = db.read(
        lambda tx: [row["client_id"] for row in tx.all(
            "SELECT client_id FROM conversations WHERE workspace_id = :workspace_id")],
        cast.owner,
    )  # fmt: skip
    db.write(change_client, cast.owner, client_id, parse_fields(PatchedClient, {"name": "Jörg Müller"}))
    assert found(db, cast.owner, "mueller joerg") == found(db, cast.owner, "kerry") == [sought]


def test_words_within_messages_are_found_newest_conversation_first(db: Database, cast: Cast) -> None:
    first, second = (begin(db, cast.owner, f"+1415555280{n}") for n in (1, 2))
    foreign = begin(db, cast.outsider, "+14155552801")
    for conversation_id, who, words in (
        (first, cast.owner, "Das Angebot für die Küche"),
        (second, cast.owner, "Two kitchens: Kueche and bath"),
        (foreign, cast.outsider, "Küche"),
    ):
        db.write(add_note, who, conversation_id, words)
    assert found(db, cast.owner, "kuche") == [second, first]
    assert found(db, cast.owner, "angebot küche") == [first]
    assert found(db, cast.owner, "küche bad") == []
    assert found(db, cast.owner, "kuche", client_id=999) == []


def test_a_message_is_found_by_what_it_says_now(talk: Talk) -> None:
    def ids(q: str) -> int:
        return len(found(talk.db, talk.cast.owner, q))

    talk.arrive(text("w1", "Is the blue one there?"))
    assert (ids("blue"), ids("green")) == (1, 0)
    said = {"type": "text", "text": {"body": "Is the green one there?"}}
    edited = {"original_message_id": "w1", "message": said}
    talk.arrive(message("w2", "edit", edit=edited))
    assert (ids("blue"), ids("green")) == (0, 1)
    talk.arrive(message("w3", "revoke", revoke={"original_message_id": "w1"}))
    assert (ids("blue"), ids("green")) == (0, 0)
    talk.write("We have red ones")
    assert ids("red ones") == 1
    assert ids(CUSTOMER) == 1


@pytest.mark.parametrize(
    "q",
    ['"', "'", "%", "_", "\\", "*", "AND", "a\x00b", "()", "😀", "\u200b", "ﷺ" * 60, "a " * 90, "- -",
     "a-" * 99],
)  # fmt: skip
def test_no_query_is_an_error_and_signs_find_not_everything(db: Database, cast: Cast, q: str) -> None:
    begin(db, cast.owner, "+14155552801", "Xerxes")
    assert found(db, cast.owner, q) == []


def test_a_blank_query_lists_all(db: Database, cast: Cast) -> None:
    sought = begin(db, cast.owner, "+14155552801", "Xerxes")
    assert found(db, cast.owner, " ") == found(db, cast.owner, "") == [sought]


@pytest.mark.sqlite("the plan is its own")
def test_what_a_search_costs_is_bounded(db: Database, cast: Cast) -> None:
    sought = begin(db, cast.owner, "+14155552801")
    db.write(add_note, cast.owner, sought, "start " + "x" * MOST_CHARACTERS + " beyond")
    assert found(db, cast.owner, "start") == [sought]
    assert found(db, cast.owner, "beyond") == []

    def plans(tx: Transaction) -> list[str]:
        return [
            row["detail"]
            for row in tx.all(
                """
                EXPLAIN QUERY PLAN
                SELECT m.conversation_id, m.body
                  FROM messages_search s
                 CROSS JOIN messages m ON m.id = (s.rowid & :mask)
                 WHERE messages_search MATCH 'start'
                   AND s.rowid > (:workspace_id << 40)
                   AND m.workspace_id = :workspace_id
                 ORDER BY s.rowid DESC
                 LIMIT 10
                """,
                mask=2**40 - 1,
            )
        ]

    plan = " ".join(db.read(plans, cast.owner))
    assert "SCAN m" not in plan and "TEMP B-TREE" not in plan
    assert len(db.read(search_conversations, cast.owner, "start")) <= MOST_CONVERSATIONS
