"""The history of a phone: its files come apart from their places in the chat, in either order."""

import copy
import json
from typing import Any

import pytest

from crm.conversations.inbound.fetching import fetch_due
from tests.support.arrivals import deliver
from tests.support.payloads import BY_NAME, NUMBER
from tests.support.samples import picture
from tests.support.talk import Talk
from tests.support.whatsapp import NUMBER as CONNECTED

LIMIT = 100_000
OURS = "15550100001"


def form(name: str, **facts: str) -> dict[str, Any]:
    """A form for the number of the talk; `facts` of the file's message."""
    document = copy.deepcopy(BY_NAME[name].document)
    value = document["entry"][0]["changes"][0]["value"]
    assert value["metadata"]["phone_number_id"] == NUMBER
    value["metadata"]["phone_number_id"] = CONNECTED
    if name == "history_media":
        value["messages"][0].update(facts)
    return document


def receive(talk: Talk, document: dict[str, Any]) -> None:
    deliver(talk.db, talk.vault, json.dumps(document).encode())


def the_file(talk: Talk) -> dict[str, Any]:
    sql = """
        SELECT m.direction, m.status, m.kind, media.state
          FROM messages m
          JOIN message_media media ON media.message_id = m.id
         WHERE m.external_id = 'wamid.HMEDIA'
    """
    return talk.rows(sql)[0]


@pytest.mark.parametrize("order", [("history_chunk", "history_media"), ("history_media", "history_chunk")])
def test_a_file_of_the_history_is_written_by_whom_its_chat_says_and_is_kept(
    talk: Talk, order: tuple[str, str]
) -> None:
    talk.stub.offer("900000000000001", picture("JPEG"), "image/jpeg")
    for name in order:
        receive(talk, form(name))
    fetch_due(talk.db, talk.post, LIMIT)
    assert the_file(talk) == {"direction": "out", "status": "read", "kind": "image", "state": "kept"}
    assert talk.rows("SELECT phone FROM clients") == [{"phone": "+447700900116"}]
    assert talk.value("SELECT count(*) FROM leads") == 0
    assert talk.value("SELECT count(*) FROM conversations") == 1


def test_a_file_from_our_own_number_finds_its_place_by_its_id(talk: Talk) -> None:
    receive(talk, form("history_chunk"))
    receive(talk, form("history_media", **{"from": OURS}))
    assert (the_file(talk)["direction"], the_file(talk)["kind"]) == ("out", "image")


def test_a_file_whose_chat_never_came_is_kept_for_people_to_see(talk: Talk) -> None:
    receive(talk, form("history_media", **{"from": OURS}))
    assert talk.rows("SELECT state, problem FROM inbound_events") == [
        {"state": "quarantined", "problem": "a message of the history whose chat has not come"}
    ]


def test_a_file_of_which_nobody_knows_who_wrote_it_opens_no_window(talk: Talk) -> None:
    receive(talk, form("history_media"))
    assert talk.value("SELECT count(*) FROM conversation_windows") == 0
    assert talk.value("SELECT last_inbound_at FROM conversations") is None
