"""`.env` is read as it is meant, alike by us and by Compose, or it stops the start with line and reason."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT, Settings, SettingsError, load_settings
from crm.env_file import EnvFileError, read_env_file
from tests.support.appliance import free_port
from tests.support.env_files import ENVIRONMENT, READ, REFUSED, SECRET


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / ".env"
    monkeypatch.setitem(Settings.model_config, "env_file", path)
    return path


def read(path: Path, line: str) -> dict[str, str]:
    path.write_bytes(f"# the first line\n{line}\n".encode())
    return read_env_file(path, {name.upper() for name in Settings.model_fields}, ENVIRONMENT)


@pytest.mark.parametrize(("line", "value"), READ)
def test_a_line_is_read_as_it_is_meant(env_file: Path, line: str, value: str) -> None:
    assert read(env_file, line) == {"V": value}


@pytest.mark.parametrize(("line", "reason"), REFUSED)
def test_what_cannot_be_read_as_meant_is_refused_with_line_and_reason_and_without_the_value(
    env_file: Path, line: str, reason: str
) -> None:
    with pytest.raises(EnvFileError) as caught:
        read(env_file, line)
    assert caught.value.message.startswith(f"{env_file}, line 2: ")
    assert reason in caught.value.message
    assert SECRET not in caught.value.message
    assert "\n" not in caught.value.message


def test_single_quotes_keep_what_they_hold(env_file: Path) -> None:
    """Compose 1, which is no longer maintained, would expand this one."""
    assert read(env_file, "V='${HOME}'") == {"V": "${HOME}"}


def test_a_name_of_two_values_is_not_referred_to(env_file: Path) -> None:
    with pytest.raises(EnvFileError, match="one value in the file and another"):
        read(env_file, "HOME=/srv\nV=${HOME}")


def test_the_last_of_two_lines_counts_and_a_mark_of_byte_order_does_not(env_file: Path) -> None:
    assert read(env_file, "V=1\nV=2") == {"V": "2"}
    env_file.write_bytes(b"\xef\xbb\xbfPORT=4000\r\n\r\n# x\r\nHOST=0.0.0.0\r\n")
    settings = load_settings()
    assert (settings.port, settings.host) == (4000, "0.0.0.0")  # noqa: S104


@pytest.mark.parametrize(
    "name", ["HTTP_PROXY", "TZ", "SMTP_PORT", "DB_HOST", "POSTGRES_PASSWORD", "PUBLIC_NAME"]
)
def test_names_of_other_programs_are_left_alone(env_file: Path, name: str) -> None:
    assert read(env_file, f"{name}=x") == {name: "x"}


def test_a_folder_or_a_dead_link_in_its_place_stops_the_start(env_file: Path) -> None:
    env_file.symlink_to("nowhere")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()
    env_file.unlink()
    env_file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    "words",
    ["scripts/backup_db.sh", ".venv/bin/python -m crm serve", ".venv/bin/python -m crm doctor"],
    ids=["backup_db.sh", "serve", "doctor"],
)
def test_every_program_refuses_alike_and_begins_nothing(tmp_path: Path, words: str) -> None:
    for part in ("crm", "scripts"):
        shutil.copytree(PROJECT_ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "requirements.lock", tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / ".env").write_text(
        f"PORT={free_port()}\nBACKUP_PASSPHRASE={SECRET} horse battery #1 staple\n"
    )
    done = subprocess.run(
        words.split(),
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"Error: {tmp_path / '.env'}, line 2: in the value of BACKUP_PASSPHRASE a #"
    )
    assert len(done.stderr.splitlines()) == 1
    assert SECRET not in done.stderr
    assert not (tmp_path / "data").exists()
