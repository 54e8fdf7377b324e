"""An import whose worker is killed at any moment: while it reads, checks, enters and takes back.

Others write meanwhile; nobody may wait longer than a second.
"""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from crm.activity.chain import verify_chain
from crm.appliance.imports import work_on
from crm.appliance.uploads import Desk, receive
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.config import PROJECT_ROOT, Settings
from crm.db.sqlite.startup import prepare
from crm.fields import parse_fields
from crm.imports.fields import ImportSettings
from crm.imports.import_row import Import, get_import
from crm.imports.imports import begin_undoing, confirm_import, create_import
from crm.kinds import open_database
from tests.support.cast import gather_cast
from tests.support.crm_command import environment_for
from tests.support.places import settings_below

ROWS, COMPANIES = 2_300, 7
LONGEST_LIFE = 4.0
MOST_LIVES = 12
LONGEST_WAIT = 1.0
BETWEEN = 0.02
PROGRAM = (
    "from crm.config import load_settings; from crm.kinds import open_database;"
    "from crm.appliance.imports import work_on_imports; s = load_settings();"
    "work_on_imports(open_database(s), s)"
)


@dataclass(slots=True)
class Outcome:
    rounds: int = 0
    kills: int = 0
    longest_wait: float = 0.0
    findings: list[str] = field(default_factory=list)


def torture_imports(folder: Path, rounds: int, seed: int) -> Outcome:
    """Each round is one file from its upload to its undo."""
    settings = settings_below(folder)
    prepare(settings)
    db = open_database(settings)
    outcome, chance = Outcome(), random.Random(seed)
    try:
        cast = gather_cast(db)
        desk = Desk(db, settings, cast.owner)
        with _Writing(Desk(db, settings, cast.outsider)) as others:
            for _ in range(rounds):
                _one_round(desk, chance, outcome)
        outcome.longest_wait = others.longest
        if others.longest > LONGEST_WAIT:
            outcome.findings.append(f"somebody waited for {others.longest:.2f} s")
    finally:
        db.close()
    return outcome


def _one_round(desk: Desk, chance: random.Random, outcome: Outcome) -> None:
    outcome.rounds += 1
    lines = [f"Person {n},person{n}@example.com,Company {n % COMPANIES}" for n in range(ROWS)]
    content = BytesIO("\n".join(["Name,Email,Company", *lines]).encode())
    taken, wishes, prepared = receive(desk, content, "a.csv", parse_fields(ImportSettings, {}))
    made = desk.db.write(create_import, desk.actor, taken, wishes, prepared).id
    steps: tuple[tuple[Callable[..., Import] | None, str, int], ...] = (
        (None, "ready", 0),
        (confirm_import, "done", ROWS + COMPANIES),
        (begin_undoing, "undone", 0),
    )
    for begin, state, clients in steps:
        if begin is not None:
            desk.db.write(begin, desk.actor, made)
        outcome.kills += _kill_until(desk, made, state, chance)
        ended = desk.db.read(get_import, desk.actor, made)
        there = desk.db.read(count_clients, desk.actor, ClientFilter(), limit=None).total
        if (ended.state, there) != (state, clients) or ended.skipped or ended.left_out:
            counts = f"{ended.created} created, {ended.skipped} skipped, {ended.left_out} left out"
            outcome.findings.append(f"{ended.state} with {there} clients, not {state}, {clients}: {counts}")
    report = desk.db.read(verify_chain, desk.actor)
    if not report.complete:
        outcome.findings.append(f"the ledger is broken at {report.broken_at}: {report.reason}")


def _kill_until(desk: Desk, made: int, state: str, chance: random.Random) -> int:
    """How often the worker was killed before it came to its end."""
    kills = 0
    while kills < MOST_LIVES and desk.db.read(get_import, desk.actor, made).state != state:
        worker = _worker(desk.settings)
        try:
            worker.wait(timeout=chance.uniform(0.3, LONGEST_LIFE))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait(timeout=30)
            kills += 1
    work_on(desk.db, desk.settings, desk.actor, made)
    return kills


def _worker(settings: Settings) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=PROJECT_ROOT, env=environment_for(settings))


class _Writing:
    """Somebody of another workspace who writes all the time; `longest` is the longest wait."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.longest = 0.0

    def __enter__(self) -> "_Writing":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join(timeout=60)

    def _write(self) -> None:
        fields = parse_fields(ClientFields, {"name": "Meanwhile"})
        while not self._ended.wait(BETWEEN):
            began = time.monotonic()
            self._desk.db.write(create_client, self._desk.actor, fields, allow_duplicate=True)
            self.longest = max(self.longest, time.monotonic() - began)
