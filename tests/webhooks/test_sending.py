"""Deliveries against real receivers that fail, hang, forbid and come back; with the clock moved over days."""

import time
from datetime import timedelta

import pytest

from crm import clock
from crm.db.actor import SYSTEM
from crm.db.restored import Restored, mark_restored, release_restored
from crm.errors import Conflict
from crm.fields import parse_fields
from crm.webhooks import posting
from crm.webhooks.answers import LONGEST_ANSWER
from crm.webhooks.backlog import DeliveryBacklog, measure_deliveries
from crm.webhooks.deliveries import get_delivery, replay_dead, replay_delivery, send_test
from crm.webhooks.fields import WebhookChanges
from crm.webhooks.retries import DELAYS
from crm.webhooks.trash import delete_webhook, restore_webhook
from crm.webhooks.webhook import get_webhook
from crm.webhooks.webhooks import change_webhook
from tests.support.clients import add_client, patch_client
from tests.support.frozen_clock import FrozenClock
from tests.support.receivers import Reply
from tests.webhooks.conftest import LOOPBACK, Telling


def test_each_wanted_change_is_told_once_and_nothing_else(telling: Telling) -> None:
    add_client(telling.db, telling.who, name="Before the webhook")
    telling.hook(kinds=["client"], verbs=["created", "deleted"])
    ada = add_client(telling.db, telling.who, name="Ada")
    patch_client(telling.db, telling.who, ada.id, {"city": "Graz"})
    telling.told()
    assert telling.told() == 0
    assert telling.receiver.told == [("client.created", ada.id)]
    data = telling.receiver.got[0].event["data"]
    assert (data["after"]["name"], data["actor"]["id"]) == ("Ada", telling.who.user_id)


def test_a_receiver_that_answers_500_for_an_hour_gets_everything_in_order_under_the_same_ids(
    telling: Telling, frozen_clock: FrozenClock
) -> None:
    hook = telling.hook(kinds=["client"])
    ada = add_client(telling.db, telling.who, name="Ada")
    patch_client(telling.db, telling.who, ada.id, {"city": "Graz"})
    telling.receiver.usual = Reply(500, body=b"broken")
    for _minute in range(60):
        telling.told()
        frozen_clock.advance(minutes=1)
    assert {each.told for each in telling.receiver.got} == {("client.created", ada.id)}
    failed = len(telling.receiver.got)
    assert 3 <= failed <= 4
    telling.receiver.usual = Reply()
    frozen_clock.advance(hours=3)
    telling.told()
    assert telling.receiver.told[failed:] == [("client.created", ada.id), ("client.changed", ada.id)]
    assert len({each.headers["webhook-id"] for each in telling.receiver.got}) == 2
    assert [each.state for each in telling.log(hook.id)] == ["done", "done"]


def test_after_days_a_delivery_is_dead_and_the_next_one_of_its_record_goes_on(
    telling: Telling, frozen_clock: FrozenClock
) -> None:
    hook = telling.hook(kinds=["client"])
    ada = add_client(telling.db, telling.who, name="Ada")
    patch_client(telling.db, telling.who, ada.id, {"city": "Graz"})
    telling.receiver.usual = Reply(503)
    began = clock.now()
    while telling.log(hook.id)[:1] == [] or telling.log(hook.id)[0].state != "dead":
        telling.told()
        frozen_clock.advance(minutes=30)
    assert timedelta(days=3) < clock.now() - began < timedelta(days=5)
    tried = [each for each in telling.receiver.told if each[0] == "client.created"]
    assert len(tried) == len(DELAYS) + 1
    telling.receiver.usual = Reply()
    frozen_clock.advance(days=1)
    telling.told()
    assert [each.state for each in telling.log(hook.id)] == ["dead", "done"]
    assert telling.db.write(replay_dead, telling.who, hook.id).queued == 1
    telling.told()
    assert [each.state for each in telling.log(hook.id)] == ["done", "done"]


def test_other_records_pass_one_that_waits(telling: Telling) -> None:
    telling.hook(kinds=["client"])
    ada, bob = (add_client(telling.db, telling.who, name=name) for name in ("Ada", "Bob"))
    telling.receiver.to[ada.id] = Reply(500)
    for client in (ada, bob):
        patch_client(telling.db, telling.who, client.id, {"city": "Graz"})
    telling.told()
    told = telling.receiver.told
    assert [each for each in told if each[1] == bob.id] == [
        ("client.created", bob.id),
        ("client.changed", bob.id),
    ]
    assert [each for each in told if each[1] == ada.id] == [("client.created", ada.id)]


def test_what_a_deleted_webhook_had_to_tell_is_no_backlog(telling: Telling) -> None:
    hook = telling.hook(kinds=["client"])
    telling.receiver.to[add_client(telling.db, telling.who, name="Ada").id] = Reply(500)
    telling.told()
    assert telling.db.read(measure_deliveries, SYSTEM).queued == 1
    telling.db.write(delete_webhook, telling.who, hook.id)
    assert telling.db.read(measure_deliveries, SYSTEM) == DeliveryBacklog(0, 0, 0)
    telling.db.write(restore_webhook, telling.who, hook.id)
    assert telling.db.read(measure_deliveries, SYSTEM).queued == 1


@pytest.mark.parametrize("catch_up", [False, True])
def test_410_switches_the_webhook_off_until_a_person_switches_it_on(telling: Telling, catch_up: bool) -> None:
    hook = telling.hook(kinds=["client"])
    telling.receiver.replies.append(Reply(410))
    for name in ("Ada", "Bob"):
        add_client(telling.db, telling.who, name=name)
    telling.told()
    now = telling.db.read(get_webhook, telling.who, hook.id)
    assert (now.active, now.gone_at is not None, len(telling.receiver.got)) == (False, True, 1)
    add_client(telling.db, telling.who, name="Meanwhile")
    assert telling.told() == 0
    on = parse_fields(WebhookChanges, {"active": True, "catch_up": catch_up})
    telling.db.write(change_webhook, telling.who, LOOPBACK, hook.id, on)
    telling.told()
    named = [each.event["data"]["after"]["name"] for each in telling.receiver.got]
    missed = ["Meanwhile"] if catch_up else []
    assert named == ["Ada", "Bob", *missed]
    assert [each.state for each in telling.log(hook.id)] == ["dead", "done", *(["done"] if catch_up else [])]
    add_client(telling.db, telling.who, name="Later")
    assert telling.told() == 1


def test_nothing_is_sent_before_the_time_that_the_receiver_names(
    telling: Telling, frozen_clock: FrozenClock
) -> None:
    telling.hook(kinds=["client"])
    telling.receiver.replies += [Reply(429, {"Retry-After": "7200"}), Reply(429, {"Retry-After": "soon"})]
    add_client(telling.db, telling.who)
    telling.told()
    frozen_clock.advance(minutes=119)
    assert telling.told() == 0
    frozen_clock.advance(minutes=2)
    assert telling.told() == 1
    frozen_clock.advance(minutes=7)
    assert telling.told() == 1


@pytest.mark.parametrize("reply", [Reply(delay=60), Reply(drip=0.3)], ids=["hangs", "drips"])
def test_a_receiver_that_does_not_come_to_an_end_is_left(
    telling: Telling, reply: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting.post, "__defaults__", (1.0,))
    hook = telling.hook(kinds=["client"])
    telling.receiver.usual = reply
    add_client(telling.db, telling.who)
    began = time.monotonic()
    telling.told()
    assert time.monotonic() - began < 15
    (delivery,) = telling.log(hook.id)
    assert (delivery.state, delivery.status, delivery.problem) == (
        "queued", None, "It did not answer within 1 seconds.",
    )  # fmt: skip


def test_the_log_keeps_request_and_answer_up_to_a_bound(telling: Telling) -> None:
    hook = telling.hook(kinds=["client"])
    telling.receiver.usual = Reply(201, body=b"\x00\xff" + b"x" * 100_000)
    add_client(telling.db, telling.who, name="Ada")
    telling.told()
    kept = telling.db.read(get_delivery, telling.who, hook.id, telling.log(hook.id)[0].id)
    (got,), (tried,) = telling.receiver.got, kept.tries
    assert kept.body.encode() == got.body
    assert tried.headers.items() <= got.headers.items()
    assert (tried.url, tried.status, tried.problem) == (hook.url, 201, None)
    assert tried.answer is not None and len(tried.answer) == LONGEST_ANSWER


def test_a_refused_connection_is_told_and_tried_again(telling: Telling) -> None:
    hook = telling.hook("http://127.0.0.1:9/hook", kinds=["client"])
    add_client(telling.db, telling.who)
    telling.told()
    (delivery,) = telling.log(hook.id)
    assert delivery.state == "queued" and "ConnectError" in str(delivery.problem)


def test_a_test_is_tried_once_and_one_delivery_can_be_sent_again(telling: Telling) -> None:
    hook = telling.hook()
    telling.receiver.replies.append(Reply(500))
    test = telling.db.write(send_test, telling.who, hook.id)
    with pytest.raises(Conflict):
        telling.db.write(replay_delivery, telling.who, hook.id, test.id)
    telling.told()
    assert telling.receiver.got[0].event["type"] == "webhook.test"
    first = next(each for each in telling.log(hook.id) if each.id == test.id)
    assert (first.state, first.status, first.record_id) == ("dead", 500, None)
    telling.db.write(replay_delivery, telling.who, hook.id, test.id)
    telling.told()
    assert next(each.state for each in telling.log(hook.id) if each.id == test.id) == "done"


def test_a_deleted_webhook_is_told_nothing_and_a_restored_one_all_that_it_missed(telling: Telling) -> None:
    hook = telling.hook(kinds=["client"])
    telling.db.write(delete_webhook, telling.who, hook.id)
    ada = add_client(telling.db, telling.who, name="Ada")
    assert telling.told() == 0
    telling.db.write(restore_webhook, telling.who, hook.id)
    telling.told()
    assert telling.receiver.told == [("client.created", ada.id)]


def test_nothing_is_sent_on_restored_data_until_a_person_releases_it(
    telling: Telling,
) -> None:
    telling.hook(kinds=["client"])
    add_client(telling.db, telling.who)
    mark_restored(telling.db.path, Restored("yesterday", clock.timestamp(), clock.timestamp()))
    assert telling.told() == 0 and telling.receiver.got == []
    release_restored(telling.db.path)
    assert telling.told() == 1
