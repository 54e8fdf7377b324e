"""Rounds of `kill -9` under load: writers in several processes, a kill at any moment, a restart, a look."""

import multiprocessing
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from crm.config import Settings
from crm.db.actor import Actor
from crm.db.sqlite.engine import open_reader
from crm.db.sqlite.startup import prepare
from crm.kinds import open_database
from tests.support.places import settings_below
from tests.support.torture.careless import sync_only
from tests.support.torture.deeds import Writer, hire, set_the_scene
from tests.support.torture.judge import Judgement, judge, judge_integrity
from tests.support.torture.promises import PromisesOnDisk, read_promises, was_cut

PROCESSES = 2
THREADS = 3
LONGEST_LIFE = 0.15
ROUNDS_OF_ONE_DATABASE = 25


@dataclass(frozen=True, slots=True)
class Arena:
    """An appliance to be tortured, with the logs of what it promised."""

    settings: Settings
    actor: Actor
    logs: Path
    synchronous: str = "FULL"


@dataclass(slots=True)
class Outcome:
    rounds: int = 0
    acknowledged: int = 0
    idle_rounds: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, number: int, judgement: Judgement, acknowledged: int) -> None:
        """`acknowledged` is what this round alone added."""
        self.rounds += 1
        self.acknowledged += acknowledged
        self.idle_rounds += acknowledged == 0
        self.lost += [f"round {number}: {line}" for line in judgement.lost]
        self.broken += [f"round {number}: {line}" for line in judgement.broken]


def build_arena(folder: Path, logs: Path | None = None) -> Arena:
    """The logs are kept below the folder, unless they are to outlive it."""
    logs = logs or folder / "logs"
    logs.mkdir(parents=True)
    settings = settings_below(folder)
    prepare(settings)
    set_the_scene(settings.sqlite_path)
    db = open_database(settings)
    actor = hire(db)
    db.close()
    return Arena(settings, actor, logs)


def write_until_killed(arena: Arena, name: str, seed: int) -> None:
    """The whole life of one process: start as an appliance does, recover, write without a pause."""
    sync_only(arena.synchronous)
    with _while_there_is_power(arena, name):
        prepare(arena.settings)
        db = open_database(arena.settings)
        promises = PromisesOnDisk(arena.logs / f"{name}.log")
        writers = [Writer(db, arena.actor, promises, f"{name}-{i}", seed + i) for i in range(THREADS)]

        def go_on(writer: Writer) -> None:
            with _while_there_is_power(arena, name):
                while True:
                    writer.do_one()

        for writer in writers:
            threading.Thread(target=go_on, args=(writer,)).start()


@contextmanager
def _while_there_is_power(arena: Arena, name: str) -> Iterator[None]:
    """What fails once the power was cut is no finding."""
    try:
        yield
    except Exception:
        if not was_cut(arena.logs, name):
            raise


def run_round(
    arena: Arena, number: int, chance: random.Random, strike: Callable[[], None] = lambda: None
) -> None:
    """Start, wait for a moment of chance, strike and kill: at times while they are still recovering."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    names = [f"r{number}p{i}" for i in range(PROCESSES)]
    processes: list[BaseProcess] = [
        context.Process(target=write_until_killed, args=(arena, name, chance.getrandbits(32)))
        for name in names
    ]
    for process in processes:
        process.start()
    if chance.random() < 0.8:
        _await(lambda: all((arena.logs / f"{name}.log").exists() for name in names))
    time.sleep(chance.uniform(0, LONGEST_LIFE))
    strike()
    for process in processes:
        process.kill()
    for process in processes:
        process.join(30)


def inspect(arena: Arena) -> tuple[Judgement, int]:
    """Restart in this process and look; with the judgement, how many changes were acknowledged so far."""
    expected = read_promises(arena.logs)
    prepare(arena.settings)
    db = open_database(arena.settings)
    try:
        judgement = judge(db, arena.actor, expected)
    finally:
        db.close()
    connection = open_reader(arena.settings.sqlite_path)
    judge_integrity(connection, judgement)
    connection.close()
    return judgement, expected.changes[0]


def torture(
    folder: Path, rounds: int, seed: int, tell: Callable[[Outcome], None] = lambda _: None
) -> Outcome:
    """So many rounds, on a new database every 25; stops at the first that finds anything."""
    chance, outcome = random.Random(seed), Outcome()
    for number in range(rounds):
        if number % ROUNDS_OF_ONE_DATABASE == 0:
            arena, before = build_arena(folder / f"arena-{number}"), 0
        run_round(arena, number, chance)
        judgement, acknowledged = inspect(arena)
        outcome.add(number, judgement, acknowledged - before)
        before = acknowledged
        tell(outcome)
        if not judgement.kept:
            break
    return outcome


def _await(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the writers did not start")
        time.sleep(0.005)
