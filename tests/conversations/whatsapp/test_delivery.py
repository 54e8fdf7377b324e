import json
import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.conversations.whatsapp.delivery import MOST_PART_BYTES, MOST_PARTS, PROBE, split_delivery
from tests.support.whatsapp import NUMBER, delivery, message, status, text


def test_one_event_keeps_the_very_bytes_that_were_delivered() -> None:
    raw = delivery(text("wamid.1"))
    (event,) = split_delivery(raw)
    assert (event.kind, event.key, event.address) == ("message", "message wamid.1", NUMBER)
    assert event.payload is raw


def test_each_event_of_a_batch_is_a_whole_document_of_its_own() -> None:
    raw = delivery(text("wamid.1"), text("wamid.2", sender="4917000000"), status("wamid.3", "read"))
    events = split_delivery(raw)
    assert [event.key for event in events] == ["message wamid.1", "message wamid.2", "status wamid.3 read"]
    for event in events:
        assert [again.key for again in split_delivery(event.payload)] == [event.key]
    value = json.loads(events[1].payload)["entry"][0]["changes"][0]["value"]
    assert [contact["wa_id"] for contact in value["contacts"]] == ["4917000000"]


def test_each_status_of_one_message_is_an_event_of_its_own() -> None:
    raw = delivery(status("wamid.1", "sent"), status("wamid.1", "delivered"), status("wamid.1", "sent"))
    assert len({event.key for event in split_delivery(raw)}) == 2


def test_the_self_test_s_own_probe_holds_no_event() -> None:
    probe = delivery().replace(b"whatsapp_business_account", PROBE.encode())
    assert split_delivery(probe) == []


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "1"},
        {"id": "1", "changes": []},
        {"id": "1", "changes": [{"field": "messages", "value": {"messages": []}}]},
        {"id": "1", "changes": [{"field": "messages", "value": {"something_new": [1]}}]},
        {"id": "1", "changes": [{"field": "messages", "value": {"messages": [7]}}]},
        {"id": "1", "changes": [7]},
        7,
    ],
)
def test_what_holds_no_known_event_is_one_all_the_same_and_beside_others_too(entry: Any) -> None:
    alone = {"object": "whatsapp_business_account", "entry": [entry]}
    assert [event.kind for event in split_delivery(json.dumps(alone).encode())] == ["other"]
    beside = json.loads(delivery(text("wamid.1")))
    beside["entry"].append(entry)
    events = split_delivery(json.dumps(beside).encode())
    assert [event.kind for event in events] == ["message", "other"]


def test_other_news_of_the_account_are_events_too() -> None:
    change = {"field": "account_update", "value": {"event": "PHONE_NUMBER_REMOVED"}}
    (event,) = split_delivery(json.dumps({"entry": [{"id": "1", "changes": [change]}]}).encode())
    assert (event.kind, event.address) == ("other", None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"entry": 7}',
        b'{"entry": [7]}',
        b'{"entry": [{"changes": [{"value": {"messages": [{}]}}]}]}',
        b'{"entry": [{"changes": [{"value": {"messages": [{"id": 7}]}}]}]}',
        b'{"entry": [{"changes": [{"value": {"statuses": [{"id": "a"}]}}]}]}',
        b'{"entry": [{"changes": [{"value": {"metadata": "x"}}]}]}',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_one_event_whole(raw: bytes) -> None:
    (event,) = split_delivery(raw)
    assert (event.kind, event.payload) == ("other", raw)
    assert len(event.key) < 100


def test_an_id_of_any_length_makes_a_short_key() -> None:
    (event,) = split_delivery(delivery(message("w" * 100_000, "text")))
    assert event.kind == "message"
    assert len(event.key) < 100


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["entry", "changes", "value", "messages", "statuses", "contacts", "metadata", "id", "field"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_document_whatsoever_makes_it_fail(document: Any) -> None:
    split_delivery(json.dumps(document).encode())


def delivery_of(messages: list[dict[str, object]], **shared: object) -> bytes:
    value = {"metadata": {"phone_number_id": "1"}, "messages": messages, **shared}
    return orjson.dumps({"entry": [{"id": "9", "changes": [{"field": "messages", "value": value}]}]})


def test_a_delivery_that_would_grow_too_far_is_kept_whole() -> None:
    """What its parts share stands in each: 4 MB became gigabytes."""
    many: list[dict[str, object]] = [{"id": f"wamid.{number}"} for number in range(MOST_PARTS + 1)]
    assert len(split_delivery(delivery_of(many[:-1]))) == MOST_PARTS
    wide = delivery_of(many[:100], errors="e" * (MOST_PART_BYTES // 100))
    for raw in (delivery_of(many), wide):
        [event] = split_delivery(raw)
        assert (event.kind, event.payload) == ("other", raw)


def test_each_of_many_people_is_found_without_looking_at_all_of_them() -> None:
    people = [{"wa_id": f"49{number}", "profile": {"name": f"P{number}"}} for number in range(8_000)]
    said: list[dict[str, object]] = [{"id": f"wamid.{n}", "from": f"49{n}"} for n in range(8_000)]
    started = time.thread_time()
    events = split_delivery(delivery_of(said, contacts=people))
    assert time.thread_time() - started < 5
    value = orjson.loads(events[7_999].payload)["entry"][0]["changes"][0]["value"]
    assert value["contacts"] == [people[7_999]]
