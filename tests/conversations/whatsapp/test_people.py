"""Who is one person and who is not, and a name that nobody can see."""

import copy

import pytest

from tests.support.frozen_clock import FrozenClock
from tests.support.payloads import BY_NAME, Phone


def test_a_hidden_person_who_gives_the_phone_stays_one(phone: Phone) -> None:
    hidden = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    change = hidden["entry"][0]["changes"][0]["value"]
    change["contacts"][0]["user_id"] = change["messages"][0]["from_user_id"] = "GB.10000000000000000301"
    change["messages"][0]["id"] = "wamid.first"
    phone.deliver(hidden)
    assert phone.value("SELECT phone FROM clients") is None
    phone.named("phone_and_bsuid_later", "contact_request_share")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 3}
    assert phone.value("SELECT phone FROM clients") == "+447700900301"


INVISIBLE = ["\u200f", "\u200b \u2060", "\u2066\u2069", "\ufeff", "   "]


@pytest.mark.parametrize("nothing", INVISIBLE)
def test_a_name_that_nobody_can_see_is_none(phone: Phone, nothing: str) -> None:
    named = copy.deepcopy(BY_NAME["username_without_name"].document)
    named["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = nothing
    unnamed = copy.deepcopy(BY_NAME["text"].document)
    unnamed["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = nothing
    saved = copy.deepcopy(BY_NAME["app_state_sync_contact"].document)
    saved["entry"][0]["changes"][0]["value"]["state_sync"][0]["contact"]["full_name"] = nothing
    handed = copy.deepcopy(BY_NAME["contacts_two"].document)
    handed["entry"][0]["changes"][0]["value"]["messages"][0]["contacts"][1]["name"] = {
        "formatted_name": nothing
    }
    phone.deliver(named, unnamed, saved, handed)
    assert [each.name for each in phone.conversations()] == ["only.username", "Test Customer"]
    assert phone.rows("SELECT name FROM clients ORDER BY id") == [
        {"name": "only.username"},
        {"name": "+447700900101"},
        {"name": "Pat"},
    ]
    (message,) = [each for each in phone.messages() if each.kind == "contacts"]
    assert message.facts["contacts"][1]["name"] == "+44 7700 900203"


def test_two_that_stand_already_are_marked_as_probably_one(phone: Phone) -> None:
    phone.named("text")
    both = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    phone.deliver(both)
    value = both["entry"][0]["changes"][0]["value"]
    value["messages"][0] |= {"from": "447700900101", "id": "wamid.both"}
    value["contacts"][0]["wa_id"] = "447700900101"
    phone.deliver(both)
    assert phone.counts() == {"clients": 2, "conversations": 2, "leads": 2, "messages": 3}
    assert [[twin.conversation_id for twin in each.probably_same] for each in phone.conversations()] == [
        [2],
        [1],
    ]


def test_a_number_given_to_somebody_else_is_not_who_had_it(phone: Phone, frozen_clock: FrozenClock) -> None:
    phone.named("text", "system_user_changed_number")
    other = copy.deepcopy(BY_NAME["text"].document)
    value = other["entry"][0]["changes"][0]["value"]
    value["contacts"][0]["user_id"] = value["messages"][0]["from_user_id"] = "GB.777"
    value["messages"][0]["id"] = "wamid.stranger"
    phone.deliver(other)
    assert phone.counts()["conversations"] == 2
