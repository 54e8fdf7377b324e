"""Takes messages in and sends some, in processes that die by `kill -9` at each step, one after the other.

Each line printed is one process: its story, the step before which it died ("" when it lived), and what a
fresh one then finds. The database is opened in forks alone; time is turned on where a lease must run out.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from crm import clock
from crm.config import Settings
from crm.conversations.inbound.fetching import LEASE as MEDIA_LEASE
from crm.conversations.jobs import fetch_media, project_arrivals, send_messages
from crm.conversations.outbound.outbox import LEASE
from crm.conversations.writing.fields import Words
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.instance_lock import hold_worker
from crm.db.transaction import Transaction
from crm.kinds import open_database
from crm.lane import Job
from crm.logs import configure_logging
from crm.signals import Signals
from crm.web.server import Server
from crm.web.whatsapp import WEBHOOK
from crm.worker import JOBS, STOP, Worker
from tests.support.appliance import free_port, wait_until
from tests.support.forks import in_fork
from tests.support.mortal import NEVER, run_until, serve_until
from tests.support.places import settings_below
from tests.support.talk import write
from tests.support.whatsapp import KEY, delivery, message, signed, status

MOST_STEPS = 150
SHORT = 0.01
RUN = frozenset({project_arrivals, send_messages, fetch_media})

# What must come to an end before a worker may say that nothing is left to do.
OPEN = """
    SELECT (SELECT count(*) FROM inbound_events WHERE state = 'waiting')
         + (SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending'))
         + (SELECT count(*) FROM message_media WHERE state = 'waiting')
"""
COUNTED = {
    "waiting": "inbound_events WHERE state = 'waiting'",
    "done": "inbound_events WHERE state = 'done'",
    "quarantined": "inbound_events WHERE state = 'quarantined'",
    "received": "messages WHERE direction = 'in'",
    "statuses": "message_statuses",
    "conversations": "conversations",
    "clients": "clients",
    "leads": "leads",
    "links": "conversation_leads",
    "ledger": "activities",
    "expected": "message_media WHERE state = 'waiting'",
    "kept": "message_media WHERE state = 'kept' AND file_id IS NOT NULL",
    "files": "files",
}


@dataclass(slots=True)
class Stage:
    """Where the processes live and die; `late` is how far their clocks are turned forward."""

    settings: Settings
    who: Actor
    late: timedelta = timedelta()

    def alone(self, work: Callable[[Database], Any]) -> Any:
        """What the work returns, done with the database in a process of its own."""

        def with_database(hand_over: Callable[[str], object]) -> None:
            self.turn_clock()
            db = open_database(self.settings)
            hand_over(json.dumps(work(db)))
            db.close()

        return json.loads(in_fork(with_database))

    def worker(self, fatal: int = NEVER) -> str:
        """The step before which a worker died; "" when it lived until there was nothing left to do."""
        return run_until(fatal, self.settings.upload_folder, self._work)

    def web(self, fatal: int, raw: bytes) -> tuple[str, int]:
        """The step before which a web process died while it took a delivery, and its answer (0 for none)."""
        settings = self.settings.model_copy(update={"port": free_port()})
        serve = Server(settings, os.getpid()).run
        return serve_until(fatal, settings.upload_folder, serve, partial(post, settings, raw))

    def write(self, words: Words) -> None:
        self.alone(lambda db: write(db, self.who, words).outbox_id)

    def found(self) -> dict[str, Any]:
        found: dict[str, Any] = self.alone(lambda db: db.read(count, SYSTEM))
        return found

    def turn_clock(self) -> None:
        clock.set_source(lambda: datetime.now(UTC) + self.late)

    def _work(self) -> None:
        self.turn_clock()
        hold_worker(self.settings.sqlite_path)
        tasks = [replace(task, seconds=SHORT) for task in JOBS if task.run in RUN]
        worker = Worker(self.settings, [*tasks, Job("stop when all is done", SHORT, stop_when_done)])
        worker.run(Signals(*STOP), os.getppid())


def stop_when_done(db: Database, _settings: Settings) -> None:
    if not db.read(lambda tx: tx.value(OPEN), SYSTEM):
        os.kill(os.getpid(), signal.SIGTERM)


def post(settings: Settings, raw: bytes) -> int:
    """The answer to a delivery, 0 when the connection broke."""
    wait_until(partial(listens, settings.port))
    given = signed(raw)
    with httpx2.Client(base_url=settings.own_address, timeout=20) as client:
        try:
            answer = client.post(WEBHOOK, content=given["data"], headers=given["headers"])
        except httpx2.TransportError:
            return 0
        return answer.status_code


def listens(port: int) -> bool:
    """Asked without a request, which would be steps of its own."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def count(tx: Transaction) -> dict[str, Any]:
    """How many rows there are of each kind; and the states of what was written, by its text."""
    found: dict[str, Any] = {name: tx.value(f"SELECT count(*) FROM {rows}") for name, rows in COUNTED.items()}
    written = tx.all(
        "SELECT m.body, o.state FROM outbox o JOIN messages m ON m.id = o.message_id ORDER BY o.id"
    )
    return found | {"written": {row["body"]: row["state"] for row in written}}


def tell(story: str, step: str, found: dict[str, Any], **more: Any) -> None:
    print(json.dumps({"story": story, "step": step, "found": found, **more}), flush=True)  # noqa: T201


def take_in(stage: Stage, story: str, raw: bytes) -> None:
    """WhatsApp delivers again until it is answered 200."""
    for fatal in range(1, MOST_STEPS):
        step, answer = stage.web(fatal, raw)
        tell(f"deliver {story}", step, stage.found(), answer=answer)
        if not step:
            break
    work_out(stage, story)


def work_out(stage: Stage, story: str) -> None:
    """Step by step, and from the first one again after each commit: what is done is not done anew."""
    fatal, before = 1, stage.found()
    for _ in range(MOST_STEPS):
        step, found = stage.worker(fatal), stage.found()
        tell(story, step, found)
        if not step:
            break
        fatal, before = (fatal + 1 if found == before else 1), found
        stage.late += MEDIA_LEASE + timedelta(minutes=1)


def give_out(stage: Stage, story: str, words: Callable[[str], Words]) -> None:
    """A message for each step: a worker dies at it, and the next one comes when the lease has run out."""
    for fatal in range(1, MOST_STEPS):
        said = f"{story} {fatal}"
        stage.write(words(said))
        step = stage.worker(fatal)
        broken = stage.found()["written"][said]
        stage.late += LEASE + timedelta(minutes=1)
        stage.worker()
        tell(story, step, stage.found(), said=said, broken=broken)
        if not step:
            break


def main(folder: Path, base_url: str, who: Actor, file_id: int) -> None:
    given = {"whatsapp_base_url": base_url, "secret_key": KEY, "web_workers": 1, "log_level": "ERROR"}
    stage = Stage(Settings(**{**settings_below(folder).model_dump(), **given}), who)
    configure_logging(stage.settings)
    image = message("wamid.in1", "image", sender="4917099999", image={"id": "m1", "mime_type": "image/png"})
    take_in(stage, "an image of somebody new", delivery(image))
    take_in(stage, "a status of nobody's message", delivery(status("wamid.elsewhere", "delivered")))
    take_in(stage, "what nobody understands", delivery(status("wamid.out", "evaporated")))
    give_out(stage, "a text", lambda said: Words(text=said))
    give_out(stage, "a file", lambda said: Words(text=said, file_id=file_id))


if __name__ == "__main__":
    workspace, user, file = (int(word) for word in sys.argv[3:])
    main(Path(sys.argv[1]), sys.argv[2], Actor(workspace, user), file)
