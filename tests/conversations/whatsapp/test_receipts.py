"""A receipt that names a phone and an id makes them one person, and loses nobody's number."""

import copy
from typing import Any

import pytest

from tests.support.payloads import BY_NAME, Phone

ID, PHONE = "GB.10000000000000000777", "447700900777"


def written_to(person: dict[str, str]) -> dict[str, Any]:
    """A message out to who is known by these alone."""
    document = copy.deepcopy(BY_NAME["echo_text"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    echo = value["message_echoes"][0]
    del echo["to"], echo["to_user_id"]
    echo |= person
    return document


def read_by(recipient: dict[str, str]) -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["read"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    status = value["statuses"][0]
    del status["recipient_id"], status["recipient_user_id"]
    status |= {"id": "wamid.T046E==", **recipient}
    return document


def heard_from(person: dict[str, str], external_id: str = "wamid.heard") -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    message = value["messages"][0]
    del message["from_user_id"]
    message |= {**person, "id": external_id}
    return document


BOTH = {"recipient_id": PHONE, "recipient_user_id": ID}


@pytest.mark.parametrize(
    ("reached", "heard"),
    [({"to": PHONE}, {"from_user_id": ID}), ({"to_user_id": ID}, {"from": PHONE})],
)
def test_a_receipt_that_names_phone_and_id_makes_them_one_person(
    phone: Phone, reached: dict[str, str], heard: dict[str, str]
) -> None:
    phone.deliver(written_to(reached), read_by(BOTH), read_by(BOTH), heard_from(heard))
    (conversation,) = phone.conversations()
    assert (conversation.phone, conversation.user_id) == (f"+{PHONE}", ID)
    assert (phone.counts()["clients"], phone.counts()["messages"]) == (1, 2)
    phone.check()


def test_a_receipt_marks_two_that_stand_already_and_moves_nobody_s_number(phone: Phone) -> None:
    phone.deliver(written_to({"to": PHONE}), heard_from({"from_user_id": ID}), read_by(BOTH))
    assert [len(each.probably_same) for each in phone.conversations()] == [1, 1]
    late = {"recipient_id": "447700900778", "recipient_user_id": "GB.778"}
    group = {"recipient_id": PHONE, "recipient_user_id": "GB.779", "recipient_type": "group"}
    phone.deliver(read_by(late), read_by(group))
    assert [(each.phone, each.user_id) for each in phone.conversations()] == [(f"+{PHONE}", None), (None, ID)]
    phone.check()


def test_a_receipt_in_another_spelling_leaves_the_number_that_is_written_to(phone: Phone) -> None:
    phone.deliver(written_to({"to": "523312345678"}))
    phone.deliver(read_by({"recipient_id": "5213312345678", "recipient_user_id": ID}))
    phone.deliver(heard_from({"from_user_id": ID}))
    assert [(each.phone, each.user_id) for each in phone.conversations()] == [("+523312345678", ID)]


@pytest.mark.parametrize(("before", "now"), [("841621234567", "84321234567"), ("24107280150", "24177280150")])
@pytest.mark.parametrize("turned", [False, True])
def test_who_was_reached_by_a_number_of_before_answers_by_the_one_of_now(
    phone: Phone, before: str, now: str, turned: bool
) -> None:
    first, second = (now, before) if turned else (before, now)
    phone.deliver(written_to({"to": first}))
    phone.deliver(*(heard_from({"from": each}, f"wamid.{each}") for each in (second, first)))
    counts = phone.counts()
    assert (counts["conversations"], counts["clients"], counts["messages"]) == (1, 1, 3)
    phone.check()
