import pytest

from crm.conversations.outbound.dead_letters import list_dead_letters, send_again
from crm.errors import NotFound
from tests.support.arrivals import deliver
from tests.support.cloud_api import CUT_AFTER_ACCEPT, refused
from tests.support.talk import Talk


def letters(talk: Talk) -> list[tuple[str, str]]:
    page = talk.db.read(list_dead_letters, talk.cast.owner, limit=10)
    return [(letter.state, letter.body) for letter in page.rows]


def test_what_failed_and_what_is_unknown_is_seen_until_it_is_settled(talk: Talk) -> None:
    talk.stub.meet(refused(131026), CUT_AFTER_ACCEPT)
    talk.write("refused")
    talk.send()
    talk.write("cut")
    talk.send()
    assert letters(talk) == [("unknown", "cut"), ("failed", "refused")]
    talk.report_status("read")
    assert letters(talk) == [("failed", "refused")]


def test_a_person_sends_it_again_and_it_goes_out_once_more(talk: Talk) -> None:
    talk.stub.meet(refused(131026))
    talk.write("hello")
    talk.send()
    talk.db.write(send_again, talk.cast.owner, 1)
    assert talk.states() == [("queued", "queued")]
    talk.send()
    assert (talk.states(), talk.sent_texts()) == ([("sent", "sent")], ["hello"])
    assert letters(talk) == []
    with pytest.raises(NotFound):
        talk.db.write(send_again, talk.cast.owner, 1)


def test_a_report_about_the_earlier_try_no_longer_changes_it(talk: Talk) -> None:
    talk.stub.meet(CUT_AFTER_ACCEPT)
    talk.write("hello")
    talk.send()
    late = talk.stub.status_of(0, "failed")
    talk.db.write(send_again, talk.cast.owner, 1)
    deliver(talk.db, talk.vault, late)
    assert talk.states() == [("queued", "queued")]


def test_another_workspace_sees_and_sends_nothing(talk: Talk) -> None:
    talk.stub.meet(refused(131026))
    talk.write()
    talk.send()
    assert talk.db.read(list_dead_letters, talk.cast.outsider, limit=10).rows == []
    with pytest.raises(NotFound):
        talk.db.write(send_again, talk.cast.outsider, 1)
