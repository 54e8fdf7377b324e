"""What every test may ask for: settings on a folder of its own, a prepared database, the cast, a clock."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from crm import clock
from crm.config import Settings
from crm.db.database import Database
from crm.db.startup import prepare
from tests.support.cast import Cast, gather_cast
from tests.support.frozen_clock import FrozenClock


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Defaults, but for places: `data/crm.db`, `uploads` and `backups` below the test's own folder."""
    return Settings(
        sqlite_path=tmp_path / "data" / "crm.db",
        upload_folder=tmp_path / "uploads",
        backup_dir=tmp_path / "backups",
    )


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    """A migrated, empty database."""
    prepare(settings)
    database = Database.open(settings)
    yield database
    database.close()


@pytest.fixture
def cast(db: Database) -> Cast:
    """`cast.owner` and `cast.colleague` of one workspace, `cast.outsider` of another; each is an Actor."""
    return gather_cast(db)


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """The time stands at 2026-11-21T07:39:11.123Z until the test moves it."""
    frozen = FrozenClock()
    frozen.install()
    yield frozen
    clock.set_source(None)
