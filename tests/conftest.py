"""What every test may ask for: settings on a folder of its own, a prepared database, the cast, a clock."""

import faulthandler
import gc
import logging
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from structlog.typing import Processor

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.db.in_file import NOT_ON_SERVER
from crm.db.sqlite.startup import prepare
from crm.errors import Conflict
from crm.kinds import open_database
from tests.support.appliance import Appliance
from tests.support.cast import Cast, gather_cast
from tests.support.clocks import CLOCKS, EACH, Mover
from tests.support.engines import ENGINES, TestCluster
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, furnish, stages_of
from tests.support.places import settings_below
from tests.support.portable_sql import Recorder, note_whole_run, process_name
from tests.support.postgres import program

RECORDER = Recorder()
GARBAGE_OBJECTS = (20_000, 10, 5)
"""Before the collector looks among them, and the older ones in turn: an application is a large cycle."""
PLAIN_LINES: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.format_exc_info,
    structlog.processors.KeyValueRenderer(repr_native_str=False),
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clock", choices=[EACH, *CLOCKS], help="the clock, zone and language to run under")
    parser.addoption("--every", type=int, default=1, help="with --clock: one test of so many")
    parser.addoption("--examples", type=int, default=4, help="of each operation in test_contract.py")
    parser.addoption("--engine", choices=ENGINES, default=ENGINES[0], help="the engine that keeps the data")
    parser.addini("seconds_to_end", "how long the process may go on when all tests are done", default="60")


def pytest_unconfigure(config: pytest.Config) -> None:
    """A thread that a test left behind must not keep the run from its end."""
    faulthandler.dump_traceback_later(float(config.getini("seconds_to_end")), exit=True)


def pytest_configure(config: pytest.Config) -> None:
    heed_signals()
    RECORDER.start()
    if name := config.getoption("clock"):
        config.pluginmanager.register(Mover(name, config.getoption("every")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is of one engine alone says why."""
    if config.getoption("engine") == "postgres":
        for item in items:
            own = item.get_closest_marker("sqlite")
            if own is not None:
                item.add_marker(pytest.mark.skip(reason=f"SQLite alone: {own.args[0]}"))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """What the product says that it cannot do on the engine yet is no failure, and is tried when it can."""
    try:
        return (yield)
    except Conflict as refused:
        if str(refused) == NOT_ON_SERVER:
            pytest.skip(NOT_ON_SERVER)
        raise


def pytest_collection_finish() -> None:
    """All that was imported and collected stays: to look for garbage in it took a third of the run's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_OBJECTS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """For tests/db/test_portable_sql.py, which looks at all that was run."""
    RECORDER.keep(process_name(session.config))
    config = session.config
    of_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.getoption("keyword")
    if of_all and config.getoption("markexpr") == "not serial" and not hasattr(config, "workerinput"):
        note_whole_run()


def heed_signals() -> None:
    """A start in the background may ignore these, and what tests start would inherit that."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(autouse=True)
def _the_clock_stands_first(request: pytest.FixtureRequest) -> None:
    """Before any other fixture writes: a test with a clock of its own has nothing of the real one's time."""
    if "frozen_clock" in request.fixturenames:
        request.getfixturevalue("frozen_clock")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """What no test configures is written in plain lines, as structlog draws each traceback for seconds."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    structlog.configure(processors=PLAIN_LINES)
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Defaults, but for places: `data/crm.db`, `uploads` and `backups` below the test's own folder.

    With `--engine postgres` they name the server in tests that ask for a database.
    """
    made = settings_below(tmp_path)
    if "chosen_url" not in request.fixturenames:
        return made
    return made.model_copy(update={"database_url": request.getfixturevalue("chosen_url")})


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a prepared appliance that nobody uses, to be copied."""
    folder = tmp_path_factory.mktemp("appliance")
    prepare(settings_below(folder))
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestCluster]:
    """A PostgreSQL server of this process's own."""
    if program("initdb") is None:
        pytest.skip("PostgreSQL is missing. On Debian: apt-get install postgresql")
    with TestCluster.started() as started:
        yield started


@pytest.fixture
def chosen_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretStr | None]:
    """With `--engine postgres` a database of the test's own, also of the processes that it starts."""
    if request.config.getoption("engine") == "sqlite":
        yield None
        return
    server: TestCluster = request.getfixturevalue("postgres")
    with server.database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield SecretStr(url)


@pytest.fixture
def prepared(settings: Settings, template: Path, chosen_url: SecretStr | None) -> Settings:
    """The settings of a migrated, empty database that nobody has open."""
    for place in (settings.sqlite_path.parent, settings.upload_folder):
        shutil.copytree(template / place.name, place, dirs_exist_ok=True)
    return settings


@pytest.fixture
def db(prepared: Settings) -> Iterator[Database]:
    """A migrated, empty database."""
    database = open_database(prepared)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    """`cast.owner` and `cast.colleague` of one workspace, `cast.outsider` of another; each is an Actor."""
    return gather_cast(db)


@pytest.fixture
def stages(db: Database, cast: Cast) -> Stages:
    """The stages of the owner's default pipeline by name; the outsider's workspace has the like."""
    furnish(db, cast.outsider)
    furnish(db, cast.owner)
    return stages_of(db, cast.owner)


@pytest.fixture
def common_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    """No filter counts as one with few rows: lists walk along their order, as with many."""
    for name in ("FEW", "MOST"):
        monkeypatch.setattr(f"crm.db.sqlite.list_pages.{name}", -1)


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """The time stands at 2026-11-21T07:39:11.123Z until the test moves it."""
    frozen = FrozenClock()
    frozen.install()
    yield frozen
    clock.set_source(None)


@pytest.fixture
def appliance(tmp_path: Path, chosen_url: SecretStr | None) -> Appliance:
    return Appliance(tmp_path)
