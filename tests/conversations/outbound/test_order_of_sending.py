"""Messages go out in order, no faster than allowed, each by one worker."""

from crm.conversations.outbound.outbox import LEASE, PER_SECOND, claim
from crm.conversations.outbound.results import LONGEST_WAIT
from crm.db.actor import SYSTEM
from tests.support.cloud_api import refused
from tests.support.talk import Talk, person
from tests.support.threads import run_in_threads


def test_the_order_within_a_conversation_is_kept_while_others_go_on(talk: Talk) -> None:
    talk.stub.meet(refused(131000, 500))
    talk.write("one")
    talk.write("two")
    talk.write("other", to=person(1))
    talk.send()
    assert talk.sent_texts() == ["other"]
    talk.clock.advance(minutes=1)
    talk.send()
    assert talk.sent_texts() == ["other", "one", "two"]


def test_no_number_sends_more_in_a_second_than_it_may(talk: Talk) -> None:
    for number in range(PER_SECOND + 3):
        talk.write(to=person(number))
    assert talk.send(30) == PER_SECOND
    talk.clock.advance(seconds=1.5)
    assert talk.send() == 3


def test_a_row_is_claimed_by_one_worker_alone(talk: Talk) -> None:
    for number in range(8):
        talk.write(to=person(number))
    jobs = run_in_threads(lambda _: talk.db.write(claim, SYSTEM), 16, at_once=8)
    claimed = [job.outbox_id for job in jobs if job is not None]
    assert len(claimed) == len(set(claimed)) == 8


def test_a_worker_lost_while_sending_leaves_it_unknown_once_its_lease_is_over(talk: Talk) -> None:
    talk.write()
    talk.db.write(claim, SYSTEM)
    talk.send()
    assert talk.states() == [("sending", "queued")]
    talk.clock.advance(seconds=LEASE.total_seconds() + 1)
    talk.send()
    assert talk.states() == [("unknown", "unknown")]
    assert talk.stub.requests == []


def test_what_could_not_go_out_for_a_day_is_not_sent_out_of_the_blue(talk: Talk) -> None:
    talk.write()
    talk.clock.advance(seconds=LONGEST_WAIT.total_seconds() + 1)
    talk.send()
    assert talk.states() == [("failed", "failed")]
    assert talk.stub.requests == []
