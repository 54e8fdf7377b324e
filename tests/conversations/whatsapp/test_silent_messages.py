"""A message that turns out to be no words of the customer no longer counts as unread."""

import copy
from typing import Any

import pytest

from crm.conversations.thread.inbox import count_unread
from crm.db.database import Database
from crm.vault import Vault
from tests.support.cast import Cast
from tests.support.payloads import BY_NAME, Phone, connected

# A form, and where its message is in what is delivered.
SILENT = {
    "system_user_changed_number": "messages",
    "system_identity_changed": "messages",
    "reaction_removed": "messages",
    "call_terminate_missed": "calls",
}


@pytest.fixture
def phone(db: Database, cast: Cast, vault: Vault) -> Phone:
    return connected(db, cast, vault)


def unknown(external_id: str) -> dict[str, Any]:
    """A message of a type that is not known, which waits for what it says."""
    document = copy.deepcopy(BY_NAME["type_unknown_2022"].document)
    document["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = external_id
    return document


def unread(phone: Phone) -> tuple[int, int]:
    """Messages, as the conversations count them, and conversations, as the inbox does."""
    messages = sum(conversation.unread for conversation in phone.conversations())
    return messages, phone.db.read(count_unread, phone.cast.owner)


@pytest.mark.parametrize("form", SILENT)
@pytest.mark.parametrize("turned", [False, True], ids=["filled later", "filled already"])
def test_an_unknown_message_that_is_filled_as_a_silent_one_is_not_unread(
    phone: Phone, form: str, turned: bool
) -> None:
    document = BY_NAME[form].document
    external_id = document["entry"][0]["changes"][0]["value"][SILENT[form]][0]["id"]
    both = [unknown(external_id), document]
    phone.deliver(*(reversed(both) if turned else both))
    assert unread(phone) == (0, 0)
    assert phone.value("SELECT kind FROM messages") in {"system", "reaction", "call"}
    phone.check()


def test_an_unknown_message_that_is_filled_with_words_stays_unread(phone: Phone) -> None:
    phone.deliver(unknown("wamid.TEXT1=="))
    phone.named("text")
    assert unread(phone) == (1, 1)
    assert phone.value("SELECT kind FROM messages") == "text"


def test_a_message_that_the_history_says_we_wrote_is_not_unread(phone: Phone) -> None:
    phone.deliver(unknown("wamid.HMEDIA"))
    phone.named("history_chunk")
    assert phone.value("SELECT direction FROM messages WHERE external_id = 'wamid.HMEDIA'") == "out"
    assert unread(phone) == (0, 0)


@pytest.mark.parametrize("change", ["edit", "revoke"])
def test_an_edited_or_deleted_message_is_unread_as_before(phone: Phone, change: str) -> None:
    phone.named("text", change)
    assert unread(phone) == (1, 1)
