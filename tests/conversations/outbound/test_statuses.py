"""What became of a message that was sent: unknown until a status says so, and never backwards."""

from typing import Any

import pytest

from crm.conversations.whatsapp import cloud_api as cloud
from crm.conversations.whatsapp.cloud_api import CloudApi
from tests.support.cloud_api import CUT_AFTER_ACCEPT, CUT_BEFORE_ACCEPT, Fault, broken, slow
from tests.support.talk import Talk


@pytest.mark.parametrize("fault", [CUT_AFTER_ACCEPT, CUT_BEFORE_ACCEPT, broken(502), Fault(200, body=b"{}")])
def test_what_nobody_can_tell_is_unknown_and_never_sent_again_by_itself(talk: Talk, fault: Fault) -> None:
    talk.stub.meet(fault)
    talk.write()
    talk.send()
    talk.clock.advance(days=3)
    talk.send()
    assert talk.states() == [("unknown", "unknown")]
    assert len(talk.stub.requests) == 1


def test_a_late_answer_is_unknown(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloud, "TIMEOUT", 0.2)
    talk.stub.meet(slow(1))
    talk.write()
    talk.send()
    assert talk.states() == [("unknown", "unknown")]


def test_a_status_decides_what_was_unknown(talk: Talk) -> None:
    talk.stub.meet(CUT_AFTER_ACCEPT)
    talk.write()
    talk.send()
    talk.report_status("delivered")
    assert talk.states() == [("sent", "delivered")]
    assert talk.value("SELECT external_id FROM messages") == "wamid.out1"


@pytest.mark.parametrize(
    ("names", "ends"),
    [
        (["sent", "delivered", "read"], "read"),
        (["read", "delivered", "sent"], "read"),
        (["delivered", "failed"], "delivered"),
        (["failed", "sent"], "failed"),
        (["failed", "delivered"], "delivered"),
        (["sent", "sent"], "sent"),
    ],
)
def test_statuses_apply_forward_only_in_whatever_order_they_come(
    talk: Talk, names: list[str], ends: str
) -> None:
    talk.write()
    talk.send()
    for name in names:
        talk.report_status(name)
    assert talk.value("SELECT status FROM messages") == ends
    assert talk.value("SELECT state FROM outbox") == ("failed" if ends == "failed" else "sent")
    assert talk.value("SELECT count(*) FROM message_statuses") == len(set(names))


def test_a_status_that_overtakes_the_answer_to_the_sending_is_kept(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes while the sending process still waits for its answer."""
    true_send = CloudApi.send

    def send(self: CloudApi, *args: Any) -> Any:
        outcome = true_send(self, *args)
        talk.report_status("read")
        return outcome

    monkeypatch.setattr(CloudApi, "send", send)
    talk.write()
    talk.send()
    assert talk.states() == [("sent", "read")]


def test_a_status_of_a_message_from_elsewhere_is_kept_for_itself(talk: Talk) -> None:
    talk.write()
    talk.send()
    talk.stub.accepted[0]["wamid"], talk.stub.accepted[0]["biz_opaque_callback_data"] = "wamid.foreign", None
    talk.report_status("read")
    assert talk.rows("SELECT message_id, external_id FROM message_statuses") == [
        {"message_id": None, "external_id": "wamid.foreign"}
    ]
    assert talk.states() == [("sent", "sent")]
