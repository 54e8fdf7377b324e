"""Each form that WhatsApp delivers ends as it must: alone, twice, in any order, and whatever breaks."""

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.conversations.inbound.projection import project_due
from tests.support.ends_of_events import ENDS_OF_EVENTS
from tests.support.ends_of_messages import ENDS_OF_MESSAGES
from tests.support.faults import failing
from tests.support.frozen_clock import FrozenClock
from tests.support.payloads import BY_NAME, Payload, Phone, load_payloads

ENDS = ENDS_OF_MESSAGES | ENDS_OF_EVENTS


def test_every_form_has_its_end() -> None:
    assert list(ENDS) == [each.name for each in load_payloads()]


@pytest.mark.parametrize("payload", load_payloads(), ids=lambda each: each.name)
def test_each_form_ends_as_it_must_delivered_once_or_twice(phone: Phone, payload: Payload) -> None:
    phone.deliver(payload.document)
    phone.deliver(payload.document)
    phone.check()
    ENDS[payload.name](phone)
    phone.check()
    assert phone.value("SELECT sum(times) FROM deliveries") >= 2


def test_all_forms_in_their_order_and_twice_make_no_person_twice(phone: Phone) -> None:
    for _ in range(2):
        phone.deliver(*(each.document for each in load_payloads()))
        phone.check()
    assert phone.value("SELECT count(*) FROM conversations WHERE phone = '+447700900199'") == 1
    assert phone.value("SELECT count(*) FROM conversations WHERE phone = '+447700900101'") == 0
    assert phone.value("SELECT count(*) FROM conversations WHERE phone = '+447700900301'") == 1
    names = [row["name"] for row in phone.rows("SELECT name FROM clients")]
    assert names.count("Test Customer") == 1


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_the_same_messages_are_there_with_the_same_words(phone: Phone, seed: int) -> None:
    documents = [each.document for each in load_payloads()]
    random.Random(seed).shuffle(documents)
    phone.deliver(*documents, *documents)
    phone.check()
    first = next(message for message in phone.messages() if "one still there" in message.body)
    assert (first.body, first.earlier) == (
        "Hello, is the RED one still there?",
        ["Hello, is the blue one still there?"],
    )
    assert first.revoked_at is not None
    (call,) = (message for message in phone.messages() if message.kind == "call")
    assert call.facts["missed"] is True
    assert (
        phone.value("SELECT count(*) FROM messages WHERE external_id = 'wamid.HMEDIA' AND kind = 'image'")
        == 1
    )
    assert phone.value("SELECT count(*) FROM inbound_events WHERE state = 'quarantined'") == 7


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "table",
    [
        "clients",
        "conversations",
        "messages",
        "message_changes",
        "channel_news",
        "message_statuses",
        "activities",
    ],
)
def test_killed_within_the_projection_it_is_done_once_afterwards(
    phone: Phone, frozen_clock: FrozenClock, table: str
) -> None:
    phone.deliver(*(each.document for each in load_payloads()), project=False)
    with failing(phone.db, table):
        project_due(phone.db)
    phone.deliver(*(each.document for each in load_payloads()), project=False)
    for _ in range(3):
        frozen_clock.advance(hours=1)
        phone.project()
    phone.check()
    assert phone.value("SELECT count(*) FROM messages WHERE external_id = 'wamid.TEXT1=='") == 1


BROKEN = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.text(max_size=6), st.just([]), st.just({})
)


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A form with some keys taken away, or of a wrong type, or of a type that nobody knows."""
    document = copy.deepcopy(draw(st.sampled_from(load_payloads())).document)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        part, key = draw(st.sampled_from(places))
        if draw(st.booleans()) and isinstance(part, dict):
            del part[key]
        else:
            part[key] = draw(BROKEN)
        if not list(_places(document)):
            break
    return document


def _places(part: Any) -> Any:
    keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else []
    for key in keys:
        yield part, key
        yield from _places(part[key])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutated())
def test_whatever_is_broken_in_it_is_kept_or_quarantined(phone: Phone, document: dict[str, Any]) -> None:
    phone.deliver(document)
    phone.check()
    assert phone.rows(KEPT_NOWHERE) == []


KEPT_NOWHERE = """
    SELECT id FROM deliveries d
     WHERE NOT EXISTS (SELECT 1 FROM delivery_events e WHERE e.delivery_id = d.id)
"""
MISSHAPEN: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda message: message.pop("text"), "not of the documented shape: 'text' is missing"),
    (lambda message: message.pop("type"), "not of the documented shape: 'type' is missing"),
    (lambda message: message.update(timestamp="x"), "not of the documented shape"),
    (lambda message: message.update(timestamp=[]), "not of the documented shape"),
    (lambda message: message.update(text=None), "text is not an object"),
    (lambda message: message.update(context=7), "not of the documented shape"),
]


@pytest.mark.parametrize(("spoil", "problem"), MISSHAPEN)
def test_what_is_odd_about_a_message_is_said_in_plain_words(
    phone: Phone, spoil: Callable[[dict[str, Any]], object], problem: str
) -> None:
    document = copy.deepcopy(BY_NAME["text"].document)
    spoil(document["entry"][0]["changes"][0]["value"]["messages"][0])
    phone.deliver(document)
    assert phone.quarantined() == [problem]
    phone.check()
