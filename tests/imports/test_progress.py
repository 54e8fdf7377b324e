"""Many rows are imported in pieces: nobody waits long, and after a crash each row is still imported once."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from crm.appliance import import_pieces as at_work
from crm.appliance.imports import work_on, work_on_imports
from crm.appliance.uploads import Desk, receive
from crm.clients.clients import create_client
from crm.clients.fields import ClientFields
from crm.clients.filters import ClientFilter
from crm.clients.listing import count_clients
from crm.config import PROJECT_ROOT, Settings
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Busy
from crm.fields import parse_fields
from crm.imports import checking
from crm.imports.fields import ImportSettings
from crm.imports.import_row import Import, get_import
from crm.imports.imports import begin_undoing, confirm_import, create_import
from crm.imports.matching import find_company
from crm.imports.progress import enter_piece
from tests.support.cast import Cast
from tests.support.crm_command import environment_for

ROWS = 2_300
MANY = 6_000


def table(rows: int) -> BytesIO:
    lines = [f"Person {n},person{n}@example.com,Company {n % 7}" for n in range(rows)]
    return BytesIO("\n".join(["Name,Email,Company", *lines]).encode())


def upload(desk: Desk, rows: int = ROWS) -> Import:
    taken, wishes, prepared = receive(desk, table(rows), "people.csv", parse_fields(ImportSettings, {}))
    return desk.db.write(create_import, desk.actor, taken, wishes, prepared)


@pytest.fixture
def desk(db: Database, settings: Settings, cast: Cast) -> Desk:
    return Desk(db, settings, cast.owner)


def state_of(desk: Desk, made: Import) -> Import:
    return desk.db.read(get_import, desk.actor, made.id)


def count(desk: Desk) -> int:
    return desk.db.read(count_clients, desk.actor, ClientFilter(), limit=None).total


def test_a_large_file_is_read_by_the_worker_and_goes_in_piece_by_piece(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(desk)
    assert made.state == "reading"
    work_on_imports(desk.db, desk.settings)
    assert (state_of(desk, made).state, state_of(desk, made).total) == ("ready", ROWS)
    desk.db.write(confirm_import, desk.actor, made.id)
    pieces: list[int] = []
    enter = enter_piece

    def watched(*given: object, **named: object) -> int:
        pieces.append(enter(*given, **named))  # type: ignore[arg-type]
        return pieces[-1]

    monkeypatch.setattr("crm.appliance.import_pieces.enter_piece", watched)
    work_on_imports(desk.db, desk.settings)
    done = state_of(desk, made)
    assert (done.state, done.created, done.done) == ("done", ROWS, ROWS)
    assert sum(pieces) == ROWS and len(pieces) >= ROWS // at_work.PIECE
    assert count(desk) == ROWS + 7
    assert not list(desk.settings.sqlite_path.with_name("crm.db.imports").iterdir())


def test_cancelled_in_the_midst_all_that_is_in_is_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(desk)
    work_on_imports(desk.db, desk.settings)
    desk.db.write(confirm_import, desk.actor, made.id)
    enter = enter_piece
    calls = 0

    def cancelled(*given: object, **named: object) -> int:
        nonlocal calls
        calls += 1
        return enter(*given, **named)  # type: ignore[arg-type]

    def pause(_seconds: float) -> None:
        if calls == 2:
            desk.db.write(begin_undoing, desk.actor, made.id)

    monkeypatch.setattr("crm.appliance.import_pieces.enter_piece", cancelled)
    monkeypatch.setattr("crm.appliance.import_pieces.time.sleep", pause)
    work_on(desk.db, desk.settings, desk.actor, made.id)
    ended = state_of(desk, made)
    assert ended.state == "undone" and 0 < ended.done < ROWS
    assert count(desk) == 0


def test_killed_at_any_time_it_goes_on_and_each_row_is_in_once(desk: Desk) -> None:
    """The kernel ends the worker: a little later after each start, until one lives long enough."""
    made = upload(desk, MANY)
    work_on_imports(desk.db, desk.settings)
    desk.db.write(confirm_import, desk.actor, made.id)
    program = (
        "import signal, sys; from crm.config import load_settings; from crm.kinds import open_database;"
        "from crm.appliance.imports import work_on_imports; s = load_settings(); db = open_database(s);"
        "signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1])); work_on_imports(db, s)"
    )
    ends: list[int] = []
    for attempt in range(8):
        command = [sys.executable, "-c", program, str(0.1 + 0.15 * attempt)]
        worker = subprocess.run(
            command, cwd=PROJECT_ROOT, env=environment_for(desk.settings), timeout=60, check=False
        )
        ends.append(worker.returncode)
        if state_of(desk, made).state == "done":
            break
    assert ends.count(-signal.SIGALRM) > 1
    assert set(ends) <= {0, -signal.SIGALRM}
    work_on(desk.db, desk.settings, desk.actor, made.id)
    done = state_of(desk, made)
    assert (done.state, done.created, done.skipped, done.left_out) == ("done", MANY, 0, 0)
    assert count(desk) == MANY + 7


def test_two_at_once_do_not_enter_a_row_twice(desk: Desk) -> None:
    made = upload(desk)
    work_on_imports(desk.db, desk.settings)
    desk.db.write(confirm_import, desk.actor, made.id)
    workers = [
        threading.Thread(target=work_on, args=(desk.db, desk.settings, desk.actor, made.id)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert count(desk) == ROWS + 7


def test_writers_get_in_between_two_pieces(desk: Desk, cast: Cast) -> None:
    made = upload(desk)
    work_on_imports(desk.db, desk.settings)
    desk.db.write(confirm_import, desk.actor, made.id)
    worker = threading.Thread(target=work_on, args=(desk.db, desk.settings, desk.actor, made.id))
    worker.start()
    written = 0
    while worker.is_alive() and written < 200:
        fields = parse_fields(ClientFields, {"name": f"Meanwhile {written}"})
        desk.db.write(create_client, Actor(cast.outsider.workspace_id, cast.outsider.user_id), fields)
        written += 1
    worker.join(timeout=120)
    assert written > 5 and state_of(desk, made).state == "done"


class Failing:
    """A step that the database refuses as long as more than `most` go in at once; `sizes` were tried."""

    def __init__(self, step: Callable[..., Any], most: int, size_of: Callable[..., int]) -> None:
        self.sizes: list[int] = []
        self._step, self._most, self._size_of = step, most, size_of

    def __call__(self, *given: Any) -> Any:
        self.sizes.append(self._size_of(*given))
        if self.sizes[-1] > self._most:
            raise Busy("The database took too long; nothing was saved. Please try again.")
        return self._step(*given)


def test_a_piece_that_takes_too_long_is_halved_until_it_goes_in_and_so_is_a_step_of_the_undo(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(desk, 2_100)
    work_on_imports(desk.db, desk.settings)
    desk.db.write(confirm_import, desk.actor, made.id)
    entering = Failing(enter_piece, 30, lambda *given: len(given[3]))
    monkeypatch.setattr(at_work, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(at_work, "enter_piece", entering)
    work_on(desk.db, desk.settings, desk.actor, made.id)
    assert (state_of(desk, made).state, state_of(desk, made).created) == ("done", 2_100)
    assert entering.sizes[0] == at_work.PIECE and 25 in entering.sizes
    desk.db.write(begin_undoing, desk.actor, made.id)
    undoing = Failing(at_work.undo_step, 60, lambda *given: given[2])
    monkeypatch.setattr(at_work, "undo_step", undoing)
    work_on(desk.db, desk.settings, desk.actor, made.id)
    assert (state_of(desk, made).state, count(desk)) == ("undone", 0)
    assert undoing.sizes[:2] == [at_work.UNDO_STEP, 25]


def test_rows_that_are_checked_too_slowly_are_checked_in_halves_each_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = upload(desk)
    looked_up = Failing(find_company, 0, lambda *_given: len(looked_up.sizes) % 2)
    monkeypatch.setattr(checking, "find_company", looked_up)
    work_on_imports(desk.db, desk.settings)
    plan = state_of(desk, made).plan or {}
    assert (plan["rows"], plan["created"], plan["skipped"]) == (ROWS, ROWS, 0)
    assert plan["new"]["companies"]["count"] == 7
