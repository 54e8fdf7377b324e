"""What was said in a group is in no private conversation, by whatever way it is delivered."""

import copy
from typing import Any

import pytest

from tests.support.payloads import BY_NAME, Phone

GROUP = "Y2FwaV9ncm91cDp0ZXN0"


def in_group(name: str, entries: str, **facts: Any) -> dict[str, Any]:
    """This form, as a member of a group would have sent it."""
    document = copy.deepcopy(BY_NAME[name].document)
    document["entry"][0]["changes"][0]["value"][entries][0].update(facts or {"group_id": GROUP})
    return document


def history(**facts: Any) -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["history_chunk"].document)
    thread = document["entry"][0]["changes"][0]["value"]["history"][0]["threads"][0]
    thread.update(facts)
    return document


@pytest.mark.parametrize(
    "document",
    [
        *(
            in_group(name, "messages")
            for name in ("text", "image_caption", "edit", "revoke", "reaction_removed", "order")
        ),
        in_group("text", "messages", context={"id": "wamid.x", "group_id": GROUP}),
        in_group("text", "messages", recipient_type="group"),
        in_group("echo_text", "message_echoes"),
        in_group("echo_edit", "message_echoes"),
        in_group("echo_text", "message_echoes", to=GROUP, to_user_id="", recipient_type="group"),
        in_group("call_connect", "calls"),
        history(id=GROUP, type="group"),
        history(group_id=GROUP),
    ],
)
def test_it_is_kept_in_the_quarantine_and_said_to_be_of_a_group(
    phone: Phone, document: dict[str, Any]
) -> None:
    phone.named("text", "echo_text")
    before = phone.counts()
    changed = copy.deepcopy(document)
    for entries in ("messages", "message_echoes"):
        for message in changed["entry"][0]["changes"][0]["value"].get(entries, []):
            message["id"] += "group"
    phone.deliver(changed)
    phone.check()
    assert phone.counts() == before
    assert {message.body for message in phone.messages()} == {
        "Hello, is the blue one still there?",
        "Answered from the phone",
    }
    problems = phone.quarantined()
    assert problems and all("group" in problem for problem in problems)


def test_an_empty_group_is_none(phone: Phone) -> None:
    phone.deliver(
        in_group("text", "messages", group_id=""), in_group("image_caption", "messages", group_id=None)
    )
    assert len(phone.messages()) == 2
