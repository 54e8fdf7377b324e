"""The whole appliance with its supervisor, while messages come in and go out and its processes are killed."""

import itertools
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from crm import clock
from crm.conversations.inbound.projection import project_due
from crm.conversations.outbound.outbox import LEASE
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.reconciling import reconcile
from crm.conversations.whatsapp.cloud_api import CloudApi
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.kinds import open_database
from crm.secret_key import ensure_secret_key
from crm.vault import Vault
from tests.support.appliance import Appliance, child_pids, wait_until
from tests.support.arrivals import rows, value
from tests.support.cloud_api import CloudApiStub, cloud_api, slow
from tests.support.places import settings_below
from tests.support.whatsapp import channel_fields, delivery, signed, text

WEBHOOK = "/api/webhooks/whatsapp"
DELIVERERS = 3
# One number sends 20 messages a second at most: what is written faster only waits.
WRITING_PAUSE = 0.2
DELIVERING_PAUSE = 0.01
KILLS_OF_WEB, KILLS_OF_WORKER = 6, 2
WEB, WORKER = "crm.web.server", "crm.worker"


@dataclass(slots=True)
class Traffic:
    """What the callers got: the ids that were answered 200, and the texts that were answered 202."""

    client: httpx2.Client
    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    received: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    repeated: int = 0

    def deliver(self, caller: int) -> None:
        """Again and again until it is answered 200, as WhatsApp does."""
        for number in self._until_the_end():
            name = f"wamid.{caller}.{number}"
            given = signed(delivery(text(name, sender=f"4917{caller}{number:06}")))
            self._insist(200, WEBHOOK, content=given["data"], headers=given["headers"])
            self.received.append(name)
            time.sleep(DELIVERING_PAUSE)

    def write(self) -> None:
        """Each under a key of its own, so that repeating it is harmless."""
        for number in self._until_the_end():
            body = {"to": f"+49151{number:07}", "message": f"text {number}"}
            headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"key-{number}"}
            self._insist(202, "/api/whatsapp", json=body, headers=headers)
            self.written.append(body["message"])
            time.sleep(WRITING_PAUSE)

    def _until_the_end(self) -> Iterator[int]:
        return itertools.takewhile(lambda _: not self.stop.is_set(), itertools.count())

    def _insist(self, wanted: int, path: str, **request: object) -> None:
        for _ in range(400):
            try:
                status = self.client.post(path, **request).status_code  # type: ignore[arg-type]
            except httpx2.TransportError:
                status = 0
            if status == wanted:
                return
            assert status in {0, 409, 503}, status
            self.repeated += 1
            time.sleep(0.05)
        raise AssertionError(f"{path} was not taken")


@contextmanager
def flowing(traffic: Traffic) -> Iterator[None]:
    work: list[Callable[[], None]] = [traffic.write]
    work += [lambda caller=caller: traffic.deliver(caller) for caller in range(DELIVERERS)]  # type: ignore[misc]
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        traffic.stop.set()
        for thread in threads:
            thread.join(60)


def kill_in_turn(appliance: Appliance, chance: random.Random) -> None:
    """The supervisor waits longer before each new start of a worker, so that one is killed less often."""
    turns = [WEB] * KILLS_OF_WEB + [WORKER] * KILLS_OF_WORKER
    chance.shuffle(turns)
    for victim in turns:
        time.sleep(chance.uniform(0.1, 0.5))
        wait_until(lambda: {WEB, WORKER} <= appliance.children().keys(), 20)
        children = appliance.children()
        pids = child_pids(children[WEB]) if victim == WEB else [children[WORKER]]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)


@pytest.mark.serial
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the processes by /proc")
def test_what_was_acknowledged_is_there_once_after_kills_under_load(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with cloud_api() as stub:
        traffic = torture(tmp_path, stub)
        look(tmp_path, stub, traffic)
    with capsys.disabled():
        print(  # noqa: T201 - measured figures
            f"\n{KILLS_OF_WEB + KILLS_OF_WORKER} kills: {len(traffic.received)} deliveries and"
            f" {len(traffic.written)} messages acknowledged, {traffic.repeated} requests repeated"
        )


def torture(folder: Path, stub: CloudApiStub) -> Traffic:
    stub.meet(*[slow(0.02)] * 5_000)
    appliance = Appliance(
        folder, WHATSAPP_BASE_URL=stub.base_url, RATE_LIMIT="1000000 per minute", LOG_LEVEL="ERROR"
    )
    token = appliance.set_up()
    with appliance, appliance.client() as client:
        traffic = Traffic(client, token)
        connect(traffic)
        with flowing(traffic):
            kill_in_turn(appliance, random.Random(20261121))
        wait_until(lambda: WORKER in appliance.children(), 20)
        appliance.stop()
    return traffic


def connect(traffic: Traffic) -> None:
    headers = {"Authorization": f"Bearer {traffic.token}"}
    asked = channel_fields().model_dump()
    assert traffic.client.post("/api/channels/whatsapp", json=asked, headers=headers).status_code == 201


def look(folder: Path, stub: CloudApiStub, traffic: Traffic) -> None:
    """A worker that comes when the leases have run out settles the rest; then nothing may be amiss."""
    settings = settings_below(folder)
    db, api = open_database(settings), CloudApi(stub.base_url)
    post = Post(Vault(ensure_secret_key(settings)), {"whatsapp": api}, file_store(settings))
    clock.set_source(lambda: datetime.now(UTC) + LEASE + timedelta(minutes=1))
    try:
        finish(db, post)
        judge(db, stub, traffic)
    finally:
        clock.set_source(None)
        api.close()
        db.close()


def finish(db: Database, post: Post) -> None:
    for _ in range(20):
        project_due(db)
        send_due(db, post, 5)
        if not value(db, "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"):
            return
    raise AssertionError("the outbox does not come to an end")


def judge(db: Database, stub: CloudApiStub, traffic: Traffic) -> None:
    known = Counter(
        row["external_id"] for row in rows(db, "SELECT external_id FROM messages WHERE direction = 'in'")
    )
    assert set(traffic.received) <= known.keys()
    assert set(known.values()) == {1}
    assert value(db, "SELECT count(*) FROM inbound_events WHERE state <> 'done'") == 0
    for table in ("conversation_leads", "leads"):
        assert value(db, f"SELECT count(*) FROM {table}") == len(known), table
    copies = Counter(message["text"]["body"] for message in stub.accepted)
    found = rows(db, "SELECT m.body, o.state FROM outbox o JOIN messages m ON m.id = o.message_id")
    assert set(traffic.written) <= {row["body"] for row in found}
    assert len(found) == len({row["body"] for row in found})
    assert max(copies.values()) == 1
    for row in found:
        assert row["state"] in {"sent", "unknown"}
        assert copies[row["body"]] == 1 or row["state"] == "unknown"
    assert db.read(reconcile, Actor(1, None)).differences == {}
    assert traffic.repeated > 0, "the kills must hit requests in flight"
