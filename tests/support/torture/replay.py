"""A recorded run of the writers, and what stands in the database after a power cut at any moment of it."""

import random
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import apsw

from crm.db.actor import Actor
from crm.db.sqlite.engine import open_reader
from crm.kinds import open_database
from tests.support.places import settings_below
from tests.support.processes import run_in_processes
from tests.support.threads import join_all
from tests.support.torture.careless import sync_only
from tests.support.torture.deeds import Writer
from tests.support.torture.judge import Judgement, judge, judge_integrity
from tests.support.torture.kill_rounds import Arena
from tests.support.torture.power_cut import Disk, put_down
from tests.support.torture.promises import acknowledged_line, expected_from, tried_line
from tests.support.torture.recording_vfs import Event, Line, Recorder

THREADS = 3
CHECKPOINT_PAGES = 25


class PromisesInRecord:
    """Promises among the events, each in its place between the writes and the syncs."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def tried(self, name: str, version: int) -> None:
        self._recorder.note(Line(tried_line(name, version)))

    def acknowledged(self, name: str, version: int) -> None:
        self._recorder.note(Line(acknowledged_line(name, version)))


@dataclass(frozen=True, slots=True)
class Recording:
    start: dict[str, bytes]
    events: list[Event]
    actor: Actor


@dataclass(slots=True)
class Verdict:
    """Of so many states; `acknowledged` is how many changes stood behind the last of them."""

    states: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def record_run(arena: Arena, deeds: int, synchronous: str = "FULL") -> Recording:
    """`deeds` by each of three threads, in a process of its own, up to an orderly end."""
    folder = arena.settings.sqlite_path.parent
    start = {path.name: path.read_bytes() for path in (folder / "crm.db", folder / "crm.db-wal")}
    [events] = run_in_processes(_record, [(arena, deeds, synchronous)])
    return Recording(start, events, arena.actor)


def _record(arena: Arena, deeds: int, synchronous: str) -> list[Event]:
    recorder = Recorder(arena.settings.sqlite_path.parent)
    recorder.install()
    apsw.connection_hooks.append(lambda connection: connection.wal_autocheckpoint(CHECKPOINT_PAGES))
    sync_only(synchronous)
    db = open_database(arena.settings)
    promises = PromisesInRecord(recorder)
    writers = [Writer(db, arena.actor, promises, f"t{i}", i) for i in range(THREADS)]

    def work(writer: Writer) -> None:
        for _ in range(deeds):
            writer.do_one()

    threads = [threading.Thread(target=work, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    join_all(*threads)
    db.close()
    return recorder.events


def replay(recording: Recording, folder: Path, states: int, seed: int) -> Verdict:
    """Cut the power at so many moments, half of them just after an acknowledgement, and look each time."""
    chance, verdict = random.Random(seed), Verdict()
    disk, lines, at = Disk(recording.start), list[str](), 0
    for moment in sorted(_moments(recording.events, states, chance)):
        for event in recording.events[at:moment]:
            disk.see(event)
            if isinstance(event, Line):
                lines.append(event.text)
        at = moment
        judgement = _look(disk.cut(chance), folder / "after", recording.actor, lines)
        verdict.states += 1
        verdict.lost += [f"at event {moment}: {line}" for line in judgement.lost]
        verdict.broken += [f"at event {moment}: {line}" for line in judgement.broken]
    verdict.acknowledged = sum(line.startswith("acknowledged") for line in lines)
    return verdict


def _moments(events: Sequence[Event], states: int, chance: random.Random) -> list[int]:
    promised = [
        number + 1
        for number, event in enumerate(events)
        if isinstance(event, Line) and event.text.startswith("acknowledged")
    ]
    return [
        chance.choice(promised) if chance.random() < 0.5 else chance.randint(0, len(events))
        for _ in range(states)
    ]


def _look(files: dict[str, bytes], folder: Path, actor: Actor, lines: list[str]) -> Judgement:
    shutil.rmtree(folder, ignore_errors=True)
    settings = settings_below(folder)
    put_down(files, settings.sqlite_path.parent)
    db = open_database(settings)
    try:
        judgement = judge(db, actor, expected_from(lines))
        connection = open_reader(settings.sqlite_path)
        judge_integrity(connection, judgement)
        connection.close()
    except apsw.Error as error:
        judgement = Judgement()
        judgement.broken.append(f"it cannot be read: {error}")
    finally:
        db.close()
    return judgement
