"""`.env` beside docker-compose.yml is read alike by Compose and by the appliance in its container."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT, Settings, SettingsError, load_settings
from crm.env_file import COMPOSE_NAMES
from tests.support.env_files import ENVIRONMENT, READ, REFUSED, SECRET


def test_the_names_of_the_compose_file_are_known() -> None:
    compose = (PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"\$\{([A-Z_]+)", compose))
    assert named - {name.upper() for name in Settings.model_fields} == COMPOSE_NAMES


@pytest.fixture
def compose_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As in the container of docker-compose.yml, which hands over some names and mounts its folder."""
    monkeypatch.setenv("HOLDFAST_COMPOSE_FOLDER", str(tmp_path))
    return tmp_path / ".env"


@pytest.mark.parametrize(("line", "reason"), [pair for pair in REFUSED if "NOWHERE" not in pair[0]])
def test_what_compose_passes_over_in_silence_stops_the_start_in_its_container(
    compose_file: Path, line: str, reason: str
) -> None:
    compose_file.write_bytes(f"# the first line\n{line}\n".encode())
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.message.startswith(".env beside docker-compose.yml, line 2: ")
    assert reason in caught.value.message and SECRET not in caught.value.message


def test_in_its_container_the_values_are_those_that_compose_hands_over(
    compose_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file takes from the variables of the host is known to compose alone."""
    compose_file.write_text(
        "PORT=4000\nBACKUP_DIR=/srv/${USER}\nLOG_LEVEL=${LEVEL}\nRATE_LIMIT=5 per minute\n"
    )
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    settings = load_settings()
    assert (settings.port, settings.log_level, settings.rate_limit) == (3001, "ERROR", "1000 per 15 minutes")
    compose_file.unlink()
    assert load_settings() == settings


def test_compose_hands_over_every_setting_but_those_of_the_image() -> None:
    compose = (PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    handed_over = set(re.findall(r"^      ([A-Z_]+): \$\{\1:-\}$", compose, re.MULTILINE))
    of_the_image = {"SQLITE_PATH", "UPLOAD_FOLDER", "BACKUP_DIR", "HOST", "PORT"}
    assert {name.upper() for name in Settings.model_fields} - of_the_image <= handed_over


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="needs docker-compose")
def test_compose_reads_the_same_values(tmp_path: Path) -> None:
    names = [f"V{number}" for number in range(len(READ))]
    lines = [re.sub(r"\bV\b", name, line, count=1) for name, (line, _) in zip(names, READ, strict=True)]
    (tmp_path / ".env").write_bytes("\n".join([*lines, ""]).encode())
    service = {"image": "x", "environment": {name: f"<${{{name}:-}}>" for name in names}}
    (tmp_path / "docker-compose.yml").write_text(json.dumps({"version": "3.7", "services": {"x": service}}))
    done = subprocess.run(
        ["docker-compose", "config"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", **ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = dict(re.findall(r"^ +(V\d+): (.+)$", done.stdout, re.MULTILINE))
    assert {name: unquoted(text) for name, text in found.items()} == {
        name: f"<{value}>" for name, (_, value) in zip(names, READ, strict=True)
    }


def unquoted(text: str) -> str:
    """A scalar of YAML on one line; Compose doubles each dollar."""
    if text.startswith("'"):
        text = text[1:-1].replace("''", "'")
    elif text.startswith('"'):
        text = json.loads(text)
    return text.replace("$$", "$")
