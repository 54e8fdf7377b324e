"""One person goes on under a new number or a new id, in whatever order it becomes known."""

import copy
from itertools import permutations
from typing import Any

import pytest

from tests.support.payloads import BY_NAME, Phone


def test_one_person_goes_on_under_a_new_number(phone: Phone) -> None:
    phone.named("text", "system_user_changed_number", "text_after_number_change")
    (conversation,) = phone.conversations()
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 3}
    assert conversation.phone == "+447700900199"
    assert phone.value("SELECT phone FROM clients") == "+447700900199"


def changed_id(previous: str, current: str, **system: Any) -> dict[str, Any]:
    document = copy.deepcopy(BY_NAME["system_identity_changed"].document)
    value = document["entry"][0]["changes"][0]["value"]
    del value["contacts"]
    message = value["messages"][0]
    del message["from"], message["identity"]
    message |= {"from_user_id": previous, "id": "wamid.T043=="}
    announced = {"body": "User changed", "type": "user_changed_user_id", "user_id": current}
    message["system"] = {**announced, **system}
    return document


CHANGED_IDS = {
    "the old id sends it": changed_id("GB.10000000000000000301", "GB.10000000000000000399"),
    "it names the old id": changed_id(
        "GB.10000000000000000399", "GB.10000000000000000399", previous_user_id="GB.10000000000000000301"
    ),
    "its words name both": changed_id(
        "GB.10000000000000000399",
        "GB.10000000000000000399",
        body="User changed from GB.10000000000000000301 to GB.10000000000000000399",
    ),
}
# As the reference of system messages has them since 11 August 2026: nothing but `system` need name the ids.
CHANGED_IDS |= {
    "only the system names both": changed_id(
        "", "GB.10000000000000000399", previous_user_id="GB.10000000000000000301", body=""
    ),
    "with ids of the parent": changed_id(
        "GB.10000000000000000399",
        "GB.10000000000000000399",
        parent_user_id="GB.ENT.399",
        previous_user_id="GB.10000000000000000301",
        previous_parent_user_id="GB.ENT.301",
    ),
    "as a new number that is not given": changed_id(
        "GB.10000000000000000301",
        "GB.10000000000000000399",
        type="user_changed_number",
        previous_user_id="GB.10000000000000000301",
    ),
}
ORDERS = list(permutations(("shared", "changed", "text")))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("form", ["the old id sends it", "only the system names both"])
def test_a_change_of_id_joins_whatever_comes_first_unless_two_stand_already(
    phone: Phone, form: str, times: int, order: tuple[str, ...]
) -> None:
    documents = {
        "shared": BY_NAME["contact_request_share"].document,
        "changed": CHANGED_IDS[form],
        "text": BY_NAME["text_after_user_id_change"].document,
    }
    for _ in range(times):
        for part in order:
            phone.deliver(documents[part])
    two_stand = order[2] == "changed"
    assert len(phone.conversations()) == phone.counts()["clients"] == (2 if two_stand else 1)
    marks = [len(each.probably_same) for each in phone.conversations()]
    assert marks == ([1, 1] if two_stand else [0])
    phone.check()


def test_ids_of_one_organisation_in_a_sentence_are_followed(phone: Phone) -> None:
    first = copy.deepcopy(BY_NAME["text_after_user_id_change"].document)
    second = copy.deepcopy(first)
    for document, user_id, name in ((first, "GB.ENT.301", "wamid.e1"), (second, "GB.ENT.399", "wamid.e2")):
        value = document["entry"][0]["changes"][0]["value"]
        value["contacts"][0]["user_id"] = value["messages"][0]["from_user_id"] = user_id
        value["messages"][0]["id"] = name
    changed = changed_id("GB.ENT.399", "GB.ENT.399", body="User changed from GB.ENT.301 to GB.ENT.399")
    phone.deliver(first, changed, second)
    assert phone.counts()["conversations"] == 1


@pytest.mark.parametrize("form", CHANGED_IDS)
def test_one_person_goes_on_under_a_new_id(phone: Phone, form: str) -> None:
    phone.named("contact_request_share")
    phone.deliver(CHANGED_IDS[form])
    phone.named("text_after_user_id_change")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 3}
    phone.check()


def test_a_new_id_that_is_announced_without_a_message_is_followed_too(phone: Phone) -> None:
    phone.named("contact_request_share")
    ids = {"previous": "GB.10000000000000000301", "current": "GB.10000000000000000399"}
    update = {"wa_id": "447700900301", "user_id": ids, "timestamp": "1795750983"}
    value = {"messaging_product": "whatsapp", "user_id_update": [update]}
    entry = {"id": "200000000000001", "changes": [{"field": "user_id_update", "value": value}]}
    phone.deliver({"object": "whatsapp_business_account", "entry": [entry]})
    phone.named("text_after_user_id_change")
    assert phone.counts() == {"clients": 1, "conversations": 1, "leads": 1, "messages": 2}
    phone.check()
