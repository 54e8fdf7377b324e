"""What could not be sent is tried again, or given up and kept."""

import pytest

from crm.conversations.outbound.results import MOST_ATTEMPTS
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.whatsapp.cloud_api import CloudApi
from tests.support.cloud_api import Fault, refused, throttled
from tests.support.talk import Talk, person


@pytest.mark.parametrize("fault", [throttled(), refused(131000, 500), refused(131056), refused(2, 503)])
def test_a_passing_refusal_is_tried_again_later_and_sent_once(talk: Talk, fault: Fault) -> None:
    talk.stub.meet(fault)
    talk.write()
    talk.send()
    assert talk.states() == [("queued", "queued")]
    assert talk.send() == 0
    talk.clock.advance(seconds=10)
    assert talk.send() == 1
    assert talk.states() == [("sent", "sent")]
    assert len(talk.stub.accepted) == 1


def test_it_comes_back_no_sooner_than_asked(talk: Talk) -> None:
    talk.stub.meet(throttled(retry_after=600))
    talk.write()
    talk.write(to=person(1))
    talk.send()
    talk.clock.advance(seconds=599)
    assert talk.send() == 0
    talk.clock.advance(seconds=2)
    assert talk.send() == 2


def test_a_server_that_cannot_be_reached_gets_nothing_and_is_tried_again(talk: Talk) -> None:
    away = CloudApi("http://127.0.0.1:9")
    talk.write()
    send_due(talk.db, Post(talk.vault, {"whatsapp": away}, talk.post.files))
    away.close()
    assert talk.states() == [("queued", "queued")]


@pytest.mark.parametrize("code", [131026, 131047, 131051, 100, 132000])
def test_a_permanent_refusal_is_a_dead_letter_at_once(talk: Talk, code: int) -> None:
    talk.stub.meet(refused(code))
    talk.write()
    talk.send()
    talk.clock.advance(days=2)
    assert talk.send() == 0
    assert talk.states() == [("failed", "failed")]
    assert talk.rows("SELECT code, problem FROM outbox") == [{"code": code, "problem": f"details of {code}"}]


def test_what_passes_never_is_given_up_after_many_tries_and_kept(talk: Talk) -> None:
    talk.stub.meet(*[refused(131000, 500)] * MOST_ATTEMPTS)
    talk.write()
    for _ in range(MOST_ATTEMPTS):
        talk.send()
        talk.clock.advance(minutes=76)
    assert talk.states() == [("failed", "failed")]
    assert talk.stub.accepted == []
