"""The key is made once, is the same for all, and is nobody else's to read."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from crm.config import Settings, SettingsError
from crm.db.backup.places import KEY
from crm.secret_key import ensure_secret_key
from tests.support.threads import run_in_threads


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(sqlite_path=tmp_path / "crm.db", secret_key=None)


def test_a_given_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    given = Settings(sqlite_path=tmp_path / "crm.db", secret_key=SecretStr("k" * 40))
    assert ensure_secret_key(given) == "k" * 40
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once_and_only_its_owner_may_read_it(settings: Settings, tmp_path: Path) -> None:
    key = ensure_secret_key(settings)
    assert len(key) == 64
    assert ensure_secret_key(settings) == key
    assert [entry.name for entry in tmp_path.iterdir()] == [KEY]
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600


def test_starts_that_race_agree_on_one_key(settings: Settings, tmp_path: Path) -> None:
    keys = set(run_in_threads(lambda _: ensure_secret_key(settings), 32, at_once=8))
    assert len(keys) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == [KEY]


def test_a_damaged_key_is_refused_without_showing_it(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / KEY).write_text("hunter2", encoding="ascii")
    with pytest.raises(SettingsError, match="holds 7 characters") as caught:
        ensure_secret_key(settings)
    assert "hunter2" not in caught.value.message
