from contextlib import closing
from typing import Any

import pytest

from crm.conversations.channels.channels import change_channel, disconnect_channel
from crm.conversations.outbound.outbox import LEASE, PER_SECOND, claim
from crm.conversations.outbound.results import LONGEST_WAIT, MOST_ATTEMPTS
from crm.conversations.outbound.sending import Post, deliver, send_due
from crm.conversations.templates.fields import LinkUse, TemplateFields, TemplateUse
from crm.conversations.templates.templates import add_template
from crm.conversations.transport.received import Sender
from crm.conversations.whatsapp import cloud_api as cloud
from crm.conversations.whatsapp.channel_fields import WhatsAppChannelChanges
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.conversations.writing.fields import Words
from crm.db.actor import SYSTEM
from crm.db.restored import Restored, mark_restored, release_restored
from crm.db.sqlite.engine import open_writer
from crm.errors import Conflict, Invalid
from crm.fields import parse_fields
from crm.vault import Vault
from tests.support.cloud_api import (
    CUT_AFTER_ACCEPT,
    CUT_BEFORE_ACCEPT,
    Fault,
    broken,
    refused,
    slow,
    throttled,
)
from tests.support.talk import Talk, person
from tests.support.threads import run_in_threads
from tests.support.whatsapp import CUSTOMER, NUMBER, text


def test_a_text_goes_out_once_in_the_documented_shape(talk: Talk) -> None:
    written = talk.write("Hallo")
    assert talk.states() == [("queued", "queued")]
    assert talk.send() == 1
    assert talk.send() == 0
    (message,) = talk.stub.accepted
    token = talk.value("SELECT token FROM outbox")
    assert message.pop("path") == f"/v24.0/{NUMBER}/messages"
    assert message.pop("wamid") == talk.value("SELECT external_id FROM messages")
    assert message == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": CUSTOMER,
        "type": "text",
        "text": {"body": "Hallo", "preview_url": True},
        "biz_opaque_callback_data": token,
    }
    assert talk.states() == [("sent", "sent")]
    assert not written.window_open


def test_a_template_fills_its_places(talk: Talk) -> None:
    talk.write(Words(template=TemplateUse(name="order_ready", language="de", parameters=["Ann", "7"])))
    talk.send()
    assert talk.stub.accepted[0]["template"] == {
        "name": "order_ready",
        "language": {"code": "de"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Ann"}, {"type": "text", "text": "7"}]}
        ],
    }


def test_a_person_without_a_phone_is_written_to_by_their_id(talk: Talk) -> None:
    talk.write(to=Sender(None, "DE.1349", "Kerry"))
    talk.send()
    assert talk.stub.accepted[0]["recipient"] == "DE.1349"
    assert "to" not in talk.stub.accepted[0]


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


def test_a_template_fills_named_places_its_header_and_its_links(talk: Talk) -> None:
    link = {"button": 1, "text": "Track", "url": "https://example.org/{{1}}"}
    known = {"name": "ready", "header": "For {{company}}", "body": "Hi {{first_name}}", "links": [link]}
    talk.db.write(add_template, talk.cast.owner, parse_fields(TemplateFields, known))
    use = TemplateUse(
        name="ready",
        named_parameters={"first_name": "Ann"},
        header="Acme",
        links=[LinkUse(button=1, text="A7")],
    )
    talk.write(Words(template=use))
    talk.send()
    assert talk.stub.accepted[0]["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "parameter_name": "company", "text": "Acme"}]},
        {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Ann"}]},
        {
            "type": "button",
            "sub_type": "url",
            "index": "1",
            "parameters": [{"type": "text", "text": "A7"}],
        },
    ]
    assert talk.value("SELECT body FROM messages") == "For Acme\nHi Ann"


def test_a_template_takes_the_picture_above_its_text(talk: Talk) -> None:
    known = {"name": "offer", "header_media": "image", "body": "See this"}
    talk.db.write(add_template, talk.cast.owner, parse_fields(TemplateFields, known))
    talk.write(Words(template=TemplateUse(name="offer", file_id=talk.file_of_client())))
    talk.send()
    (message,) = talk.stub.accepted
    (header,) = message["template"]["components"]
    assert (header["type"], header["parameters"][0]["type"]) == ("header", "image")
    assert set(header["parameters"][0]["image"]) == {"id"}
    assert len(talk.stub.uploads) == 1


@pytest.mark.parametrize(("wanted", "given"), [("document", True), ("image", False), (None, True)])
def test_a_template_refuses_another_file_than_it_wants(talk: Talk, wanted: str | None, given: bool) -> None:
    known = {"name": "offer", "header_media": wanted, "body": "See this"}
    talk.db.write(add_template, talk.cast.owner, parse_fields(TemplateFields, known))
    file_id = talk.file_of_client() if given else None
    with pytest.raises(Invalid) as refusal:
        talk.write(Words(template=TemplateUse(name="offer", file_id=file_id)))
    assert [problem.field for problem in refusal.value.problems] == ["template.file_id"]
    assert talk.states() == []


def test_who_lost_the_lease_while_uploading_hands_nothing_over(talk: Talk) -> None:
    talk.write(Words(file_id=talk.file_of_client()))
    slow_one = talk.db.write(claim, SYSTEM)
    assert slow_one is not None
    talk.clock.advance(seconds=LEASE.total_seconds() + 1)
    assert talk.send() == 1
    assert deliver(talk.db, talk.post, slow_one) is None
    assert talk.states() == [("sent", "sent")]
    assert len(talk.stub.accepted) == 1


def test_a_file_whose_stored_name_leads_out_of_the_uploads_is_not_sent(talk: Talk) -> None:
    talk.write(Words(file_id=talk.file_of_client()))
    with closing(open_writer(talk.db.path)) as connection:
        connection.pragma("ignore_check_constraints", "ON")
        connection.execute("UPDATE files SET stored_name = '/etc/passwd'")
    assert talk.send() == 1
    assert talk.states() == [("failed", "failed")]
    assert talk.stub.requests == []


def test_an_uploaded_file_is_not_uploaded_anew_when_the_message_is_tried_again(talk: Talk) -> None:
    talk.write(Words(file_id=talk.file_of_client()))
    talk.stub.meet(Fault(accept=True), refused(131000, 500))
    talk.send()
    talk.clock.advance(minutes=76)
    talk.send()
    assert talk.states() == [("sent", "sent")]
    assert [asked.rpartition("/")[2] for asked in talk.stub.requests] == ["media", "messages", "messages"]


def test_a_server_that_cannot_be_reached_gets_nothing_and_is_tried_again(talk: Talk) -> None:
    away = CloudApi("http://127.0.0.1:9")
    talk.write()
    send_due(talk.db, Post(talk.vault, {"whatsapp": away}, talk.post.uploads))
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


def test_a_refused_token_stops_the_number_and_loses_nothing(talk: Talk) -> None:
    talk.stub.token = "another"
    talk.write("first")
    talk.write("second")
    talk.send()
    talk.clock.advance(hours=5)
    assert talk.send() == 0
    assert talk.states() == [("queued", "queued")] * 2
    assert talk.value("SELECT fault FROM channels") == "details of 190"
    talk.db.write(
        change_channel,
        talk.cast.owner,
        talk.vault,
        talk.channel.id,
        WhatsAppChannelChanges(access_token="another"),
    )
    assert talk.send() == 2
    assert talk.sent_texts() == ["first", "second"]


def test_secrets_that_cannot_be_read_stop_the_number_too(talk: Talk) -> None:
    talk.write()
    send_due(talk.db, Post(Vault("other" * 8), talk.post.media, talk.post.uploads))
    assert talk.states() == [("queued", "queued")]
    assert "Enter them again." in talk.value("SELECT fault FROM channels")
    assert talk.stub.requests == []


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


def test_nothing_is_sent_on_restored_data_until_it_is_released(talk: Talk) -> None:
    talk.write()
    mark_restored(talk.db.path, Restored("backup", "2026-11-20T00:00:00.000Z", "2026-11-21T00:00:00.000Z"))
    assert talk.send() == 0
    assert talk.states() == [("queued", "queued")]
    release_restored(talk.db.path)
    assert talk.send() == 1


def test_without_a_number_a_link_is_offered_and_nothing_stored(talk: Talk) -> None:
    talk.db.write(disconnect_channel, talk.cast.owner, talk.channel.id)
    with pytest.raises(Conflict) as caught:
        talk.write("Guten Tag & hallo")
    assert caught.value.extra == {"wa_me": f"https://wa.me/{CUSTOMER}?text=Guten%20Tag%20%26%20hallo"}
    assert talk.rows("SELECT id FROM conversations") == []


def test_the_window_opens_with_what_the_customer_writes_and_closes_after_a_day(talk: Talk) -> None:
    assert (talk.write().window_open, talk.write().window_until) == (False, None)
    talk.arrive(text("wamid.1"))
    written = talk.write()
    assert (written.window_open, written.window_until) == (True, "2026-11-22T07:39:11.000Z")
    talk.clock.advance(hours=24)
    assert not talk.write().window_open
