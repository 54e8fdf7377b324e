"""Who opted out of marketing gets none: by STOP, by hand, and while messages wait."""

from typing import Any

import pytest

from crm.clients.client import get_client
from crm.clients.consent_fields import ConsentFields
from crm.clients.consents import add_consent, list_consents
from crm.conversations.inbound.wishes import wish_in
from crm.conversations.outbound.dead_letters import list_dead_letters, send_again
from crm.conversations.templates.fields import TemplateFields, TemplateUse
from crm.conversations.templates.templates import add_template
from crm.conversations.thread.conversation import get_conversation
from crm.conversations.thread.conversations import change_conversation
from crm.conversations.thread.fields import ConversationChanges
from crm.conversations.writing.fields import Words
from crm.errors import Conflict, Invalid
from tests.support.clients import add_client
from tests.support.talk import Talk
from tests.support.whatsapp import message, text

OFFER, REMINDER, OLD = (Words(template=TemplateUse(name=name)) for name in ("offer", "reminder", "old"))


@pytest.fixture
def talk(talk: Talk) -> Talk:
    """A customer who wrote, and three templates, one of no known category."""
    talk.arrive(text("w1", "Hello"))
    for name, category in {"offer": "MARKETING", "reminder": "utility", "old": None}.items():
        fields = TemplateFields(name=name, body="Come back", category=category)
        talk.db.write(add_template, talk.cast.owner, fields)
    return talk


def enter(talk: Talk, state: str, client_id: int = 1) -> None:
    fields: Any = {"channel": "whatsapp", "state": state, "source": "by_hand"}
    talk.db.write(add_consent, talk.cast.owner, client_id, ConsentFields.model_validate(fields))


def known(talk: Talk) -> list[tuple[str, str]]:
    client = talk.db.read(get_client, talk.cast.owner, 1)
    return [(each.state, each.source) for each in client.consents]


def test_who_writes_stop_gets_no_marketing_and_all_else(talk: Talk) -> None:
    assert talk.write(OFFER).status == "queued"
    talk.arrive(text("w2", " Stop! "))
    assert known(talk) == [("opted_out", "conversation")]
    for unwanted in (OFFER, OLD):
        with pytest.raises(Invalid, match="opted out of marketing"):
            talk.write(unwanted)
    assert talk.write(REMINDER).status == "queued"
    assert talk.write("See you at nine").status == "queued"
    talk.send()
    assert [each["type"] for each in talk.stub.accepted] == ["template", "text"]
    assert talk.states() == [("failed", "failed"), ("sent", "sent"), ("sent", "sent")]
    (letter,) = talk.db.read(list_dead_letters, talk.cast.owner, limit=5).rows
    assert letter.problem == "Not sent: the customer has opted out of marketing."
    with pytest.raises(Conflict, match="opted out of marketing"):
        talk.db.write(send_again, talk.cast.owner, letter.id)
    assert talk.states()[0] == ("failed", "failed")


def test_start_and_a_colleague_opt_back_in(talk: Talk) -> None:
    talk.arrive(text("w2", "start"))
    assert known(talk) == [], "nobody had stopped anything"
    talk.arrive(text("w3", "STOP"))
    talk.clock.advance(seconds=60)
    talk.arrive(text("w4", "START"))
    assert known(talk) == [("opted_in", "conversation")]
    assert talk.write(OFFER).status == "queued"
    talk.clock.advance(seconds=60)
    talk.arrive(message("w5", "button", button={"text": "Stop promotions", "payload": "x"}))
    with pytest.raises(Invalid, match="opted out"):
        talk.write(OFFER)
    talk.clock.advance(seconds=60)
    enter(talk, "opted_in")
    assert talk.write(OFFER).status == "queued"
    history = talk.db.read(list_consents, talk.cast.owner, 1, limit=9).rows
    assert [each.state for each in history] == ["opted_in", "opted_out", "opted_in", "opted_out"]


def test_an_opt_out_by_hand_stops_what_waits(talk: Talk) -> None:
    talk.write(OFFER)
    enter(talk, "opted_out")
    talk.send()
    assert (talk.states(), talk.stub.accepted) == ([("failed", "failed")], [])
    assert talk.db.read(get_conversation, talk.cast.owner, 1).marketing_stopped_at is not None


def test_an_opt_out_of_other_channels_and_purposes_stops_no_marketing_here(talk: Talk) -> None:
    for given in ({"channel": "email"}, {"channel": "whatsapp", "purpose": "service"}):
        fields = ConsentFields.model_validate({"state": "opted_out", **given})
        talk.db.write(add_consent, talk.cast.owner, 1, fields)
    assert talk.write(OFFER).status == "queued"


def test_what_was_said_goes_along_to_the_client_who_is_linked_later(talk: Talk) -> None:
    talk.arrive(text("w2", "STOP"))
    other = add_client(talk.db, talk.cast.owner, name="Another")
    changes = ConversationChanges.model_validate({"client_id": other.id})
    talk.db.write(change_conversation, talk.cast.owner, 1, changes)
    (said,) = talk.db.read(get_client, talk.cast.owner, other.id).consents
    assert (said.state, said.source) == ("opted_out", "conversation")
    with pytest.raises(Invalid, match="opted out"):
        talk.write(OFFER)


@pytest.mark.parametrize(
    "said",
    [
        "STOP", "Stopp.", "unsubscribe", "Désabonner", "baja", "Отписаться", "iptal", "İPTAL",
        "إلغاء الاشتراك", "停止", "退订", "수신거부", "बंद करें", "הסר", "Uitschrijven",
        "wypisz mnie", "🛑 stop",
    ],
)  # fmt: skip
def test_the_usual_words_stop_marketing_in_many_languages(said: str) -> None:
    assert wish_in(said) is False


def test_what_says_more_is_no_opt_out() -> None:
    for said in ("Please stop by at nine", "Can I cancel my appointment?", "", "stop " * 30, "ok"):
        assert wish_in(said) is None
    assert wish_in("Старт") is True
