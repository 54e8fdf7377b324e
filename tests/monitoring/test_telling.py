"""Alerts are told by each means that is set, once each, and also when they cannot be written down."""

import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from crm.accounts.workspaces import create_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.errors import Busy, Invalid
from crm.monitoring.alert_secret import alert_secret
from crm.monitoring.alert_settings import AlertSettings, ask_for_test, change_alert_settings, last_test
from crm.monitoring.reports import all_figures
from tests.monitoring.conftest import QUIET, Server
from tests.support.appliance import wait_until
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.mailbox import Mailbox, serving
from tests.support.people import PASSWORD_HASH, setup_fields
from tests.support.receivers import Receiver, Reply
from tests.support.small_disk import NoSmallDisk, fill, small_disk
from tests.support.threads import join_all


def test_a_webhook_is_told_signed_and_once_of_the_beginning_and_the_end(
    server: Server, cast: Cast, mailbox: Mailbox
) -> None:
    with Receiver() as receiver:
        server.set(cast.owner, webhook_url=receiver.url, thresholds={**QUIET, "slow": (0, None)})
        server.round()
        server.run_slowly()
        receiver.replies.append(Reply(500))
        for _ in range(3):
            server.round()
            server.clock.advance(seconds=10)
        server.clock.advance(hours=2)
        for _ in range(2):
            server.round()
    failed, *got = receiver.got
    assert [each.event["type"] for each in got] == ["alert.raised", "alert.over"]
    assert failed.headers["webhook-id"] == got[0].headers["webhook-id"] != got[1].headers["webhook-id"]
    assert not any("." in each.headers["webhook-id"] for each in receiver.got)
    assert got[0].event["data"]["sentence"] == "1 statement was slow within an hour."
    verifier = Webhook(alert_secret(server.settings))
    for each in got:
        signature = each.headers["webhook-signature"].removeprefix("v1,")
        stamp = int(each.headers["webhook-timestamp"])
        moment = datetime.fromtimestamp(stamp, UTC)
        signed = verifier.sign(each.headers["webhook-id"], moment, each.body.decode())
        assert signed.removeprefix("v1,") == signature
    assert len(mailbox.letters) == 2


def test_a_webhook_that_fails_is_asked_again_at_growing_distances_and_others_are_not_kept_waiting(
    server: Server, cast: Cast, mailbox: Mailbox
) -> None:
    with Receiver() as receiver:
        receiver.usual = Reply(500)
        server.set(cast.owner, webhook_url=receiver.url, thresholds={**QUIET, "slow": (0, None)})
        server.run_slowly()
        asked = []
        for _ in range(6):
            server.round()
            asked.append(len(receiver.got))
            server.clock.advance(seconds=15)
        server.clock.advance(minutes=6)
        server.round()
    assert asked == [1, 2, 2, 2, 2, 2]
    assert len(receiver.got) == 3
    assert len(mailbox.letters) == 1


def test_a_webhook_alone_can_be_tested_and_says_why_it_failed(server: Server, cast: Cast) -> None:
    with Receiver() as receiver:
        server.set(cast.owner, recipient=None, webhook_url=receiver.url, thresholds=QUIET)
        for reply, outcome in ((Reply(), ""), (Reply(404), "The webhook: It answered 404.")):
            receiver.replies.append(reply)
            server.db.write(ask_for_test, cast.owner)
            server.round()
            assert server.db.read(last_test, SYSTEM)["outcome"] == outcome
    assert [each.event["type"] for each in receiver.got] == ["alert.test"] * 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:10.0.0.1]", "[::1]", "169.254.169.254"])
def test_a_webhook_into_this_machine_is_refused_where_no_setting_allows_it(
    db: Database, cast: Cast, host: str
) -> None:
    wanted = AlertSettings(webhook_url=f"http://{host}/")
    with pytest.raises(Invalid, match="private network"):
        db.write(change_alert_settings, cast.owner, wanted, None)


@pytest.mark.parametrize(
    "url", ["http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://017700000001/"]
)
def test_other_spellings_of_this_machine_are_not_reached(server: Server, cast: Cast, url: str) -> None:
    server.settings = server.settings.model_copy(update={"webhook_allowed_ranges": ()})
    try:
        server.set(cast.owner, recipient=None, webhook_url=url, thresholds=QUIET)
    except Invalid:
        return
    server.db.write(ask_for_test, cast.owner)
    server.round()
    assert "private network" in str(server.db.read(last_test, SYSTEM)["outcome"])


def test_a_transaction_that_is_left_open_raises_its_alert_and_clears(server: Server) -> None:
    server.round()
    ended = threading.Event()

    def leak(tx: Transaction) -> None:
        tx.value("SELECT 1")
        ended.wait(30)

    def leaking() -> None:
        with suppress(Busy):
            server.db.read(leak, SYSTEM)

    thread = threading.Thread(target=leaking)
    thread.start()
    wait_until(lambda: server.round() == {"leaked"})
    ended.set()
    join_all(thread)
    server.clock.advance(hours=2)
    assert server.round() == set()


def test_a_full_disk_is_told_though_nothing_can_be_written_down_and_is_over_with_room(
    tmp_path: Path, prepared: Settings, frozen_clock: FrozenClock, mailbox: Mailbox
) -> None:
    try:
        with small_disk(tmp_path / "disk", megabytes=64) as folder:
            changes = {"sqlite_path": folder / "crm.db", "upload_folder": folder / "uploads"}
            with serving(mailbox, prepared.model_copy(update=changes)) as settings:
                live_through_a_full_disk(settings, folder, frozen_clock, mailbox)
    except NoSmallDisk as reason:
        pytest.skip(str(reason))


def live_through_a_full_disk(settings: Settings, folder: Path, clock: FrozenClock, mailbox: Mailbox) -> None:
    prepare(settings)
    server = Server(settings, clock)
    limits = {**QUIET, "disk": (None, 10.0), "backup": (None, None)}
    made = server.db.write(create_workspace, SYSTEM, setup_fields(), PASSWORD_HASH, lambda _tx: None)
    server.set(Actor(made.workspace_id, made.owner_id), thresholds=limits)
    assert server.round() == set()
    filler, reads = fill(folder), list[int]()
    for _ in range(2):
        server.publisher.publish()
        server.watch.watch_figures(server.db, settings)
        reads.append(all_figures(settings).reads.count)
    assert reads[0] < reads[1], "figures go on"
    assert [str(each["Subject"]) for each in mailbox.letters] == [
        "[Holdfast] CRITICAL: Only 0 % of the disk are free."
    ]
    filler.unlink()
    for _ in range(2):
        server.round()
    assert server.round() == set()
    server.db.close()
