"""Rounds of `kill -9` on the real appliance under mixed requests; what callers were answered must hold."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from crm.activity.chain import verify_chain
from crm.db.actor import SYSTEM, Actor
from crm.db.sqlite.copies import check_integrity
from crm.db.sqlite.engine import open_reader
from crm.kinds import open_database
from tests.support.appliance import Appliance, child_pids, wait_until
from tests.support.places import settings_below
from tests.support.threads import join_all
from tests.support.torture.callers import Caller, Known, Memory
from tests.support.torture.power_switch import real_disk
from tests.support.torture.server_judge import compare, damaged_files, read_rows

CALLERS = 4
SAMPLE = 200
VICTIMS = ("one web worker", "all web workers", "the worker", "everything")
WEB, WORKER = "crm.web.server", "crm.worker"


@dataclass(slots=True)
class Outcome:
    rounds: int = 0
    acknowledged: int = 0
    repeated: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def torture_server(
    folder: Path, rounds: int, seed: int, tell: Callable[[Outcome], None] = lambda _: None
) -> Outcome:
    """Callers work without a pause while processes are killed under them; at the end all is looked at."""
    chance, outcome = random.Random(seed), Outcome()
    appliance = appliance_below(folder)
    token = appliance.set_up()
    with appliance:
        with callers_at_work(appliance, token, "c", seed) as memories:
            for _ in range(rounds):
                time.sleep(chance.uniform(0.05, 0.3))
                outcome.kills[_kill(appliance, chance)] += 1
                outcome.rounds += 1
                _await_answer(appliance)
                tell(outcome)
        look(appliance, token, memories, outcome)
    return outcome


def torture_disk_of_server(folder: Path, cuts: int, seed: int) -> Outcome:
    """Cut the power of its disk as soon as the last answer came. Raises NoPowerSwitch where it cannot be."""
    outcome, memories = Outcome(), list[Memory]()
    with real_disk(folder) as disk:
        appliance = appliance_below(disk.place / "appliance")
        token = appliance.set_up()
        with appliance:
            for number in range(cuts):
                with callers_at_work(appliance, token, f"p{number}", seed + number) as recent:
                    time.sleep(0.7)
                disk.cut()
                appliance.kill()
                disk.switch_off_and_on()
                appliance.start()
                memories += recent
                outcome.rounds += 1
                look(appliance, token, memories, outcome)
            appliance.kill()
    return outcome


def appliance_below(folder: Path) -> Appliance:
    return Appliance(folder, RATE_LIMIT="1000000 per minute", LOG_LEVEL="ERROR")


@contextmanager
def callers_at_work(appliance: Appliance, token: str, name: str, seed: int) -> Iterator[list[Memory]]:
    """Their answers are complete when the block has ended."""
    stages = _stages(appliance, token)
    with ExitStack() as closing:
        clients = [closing.enter_context(_client(appliance, token)) for _ in range(CALLERS)]
        callers = [Caller(client, f"{name}{i}", stages, seed + i) for i, client in enumerate(clients)]
        threads = [threading.Thread(target=caller.run) for caller in callers]
        for thread in threads:
            thread.start()
        try:
            yield [caller.memory for caller in callers]
        finally:
            for caller in callers:
                caller.stop.set()
            join_all(*threads)


def _client(appliance: Appliance, token: str) -> httpx2.Client:
    return appliance.client(headers={"Authorization": f"Bearer {token}"})


def _stages(appliance: Appliance, token: str) -> list[int]:
    """The open ones: a lead that is won or lost wants more words."""
    with _client(appliance, token) as client:
        [pipeline] = client.get("/api/pipelines").json()["data"]
    return [stage["id"] for stage in pipeline["stages"] if stage["kind"] == "open"]


def _kill(appliance: Appliance, chance: random.Random) -> str:
    """Whom, by chance; what kills the whole appliance also starts it again."""
    [what] = chance.choices(VICTIMS, (43, 42, 7, 8))
    if what == "everything":
        appliance.kill()
        appliance.start()
        return what
    wait_until(lambda: {WEB, WORKER} <= appliance.children().keys())
    children = appliance.children()
    pids = [children[WORKER]] if what == "the worker" else child_pids(children[WEB])
    if what == "one web worker":
        pids = pids[:1]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return what


def _await_answer(appliance: Appliance) -> None:
    def answers() -> bool:
        try:
            return client.get("/api/openapi.json").status_code == 200
        except httpx2.TransportError:
            return False

    with appliance.client() as client:
        wait_until(answers)


def look(appliance: Appliance, token: str, memories: list[Memory], outcome: Outcome) -> None:
    """Compare all that the callers were answered with what is there."""
    known = [record for memory in memories for record in memory.records]
    outcome.acknowledged = sum(memory.acknowledged for memory in memories)
    outcome.repeated = sum(memory.repeated for memory in memories)
    outcome.findings += [finding for memory in memories for finding in memory.findings]
    settings = settings_below(appliance.folder)
    db = open_database(settings)
    rows = db.read(read_rows, SYSTEM)
    report = db.read(verify_chain, Actor(1, None))
    db.close()
    if not report.complete:
        outcome.findings.append(f"the ledger breaks at {report.broken_at}: {report.reason}")
    outcome.findings += compare(known, rows) + damaged_files(rows, settings.upload_folder)
    sample = random.Random(0).sample(known, min(len(known), SAMPLE))
    outcome.findings += _differing_records(appliance, token, sample)
    connection = open_reader(settings.sqlite_path)
    check_integrity(connection)
    connection.close()


def _differing_records(appliance: Appliance, token: str, sample: list[Known]) -> list[str]:
    """Records that the API tells otherwise than before, or tells though they were deleted."""
    found = []
    with _client(appliance, token) as client:
        for record in sample:
            answer = client.get(record.path)
            expected = 404 if record.data["deleted_at"] is not None else 200
            if answer.status_code != expected:
                found.append(f"{record.path}: {answer.status_code} instead of {expected}")
            elif expected == 200 and answer.json()["data"]["version"] != record.data["version"]:
                found.append(f"{record.path}: another version than was answered")
    return found
