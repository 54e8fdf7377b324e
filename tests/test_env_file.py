"""`.env` is read as it is meant, alike by us and by Compose, or it stops the start with line and reason."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crm.config import PROJECT_ROOT, Settings, SettingsError, load_settings
from crm.env_file import COMPOSE_NAMES, EnvFileError, read_env_file
from tests.support.appliance import free_port

SECRET = "hunter2"
ENVIRONMENT = {"HOME": "/root", "EMPTY": ""}
READ = [
    ("V=plain", "plain"),
    ("V=", ""),
    ("V=''", ""),
    ('V=""', ""),
    ("V =  blanks around  ", "blanks around"),
    ("export V=exported", "exported"),
    ("  V=indented", "indented"),
    ("V=ends with a return\r", "ends with a return"),
    ("V='single'\r", "single"),
    ("V=1000 per 15 minutes", "1000 per 15 minutes"),
    ("V=x # a comment", "x"),
    ("V=two words # a comment", "two words"),
    ("V=x#y", "x#y"),
    ("V='x' # a comment", "x"),
    ('V="x" #a comment', "x"),
    ('V="correct horse battery #1 staple"', "correct horse battery #1 staple"),
    ("V='correct horse battery #1 staple'", "correct horse battery #1 staple"),
    ("V='pa$$word $HOME $(id)'", "pa$$word $HOME $(id)"),
    ("V=pa$5 costs 3$", "pa$5 costs 3$"),
    ("V=${HOME}/data", "/root/data"),
    ('V="${HOME}/data"', "/root/data"),
    ("V=it's fine", "it's fine"),
    ('V="it\'s fine"', "it's fine"),
    ("V='say \"x\"'", 'say "x"'),
    ('V="say \\"x\\" \\\\ now"', 'say "x" \\ now'),
    (r"V=C:\new\table", r"C:\new\table"),
    (r"V='C:\new'", r"C:\new"),
    ("V=a=b:c;d", "a=b:c;d"),
    ("V=`id` $(id) !x %y &z ~ (q)", "`id` $(id) !x %y &z ~ (q)"),
    ("V=ünï Ремонт", "ünï Ремонт"),
    ('V="  kept  "', "  kept  "),
    ("V=s3://bucket/folder", "s3://bucket/folder"),
]
REFUSED = [
    (f"BACKUP_PASSPHRASE={SECRET} horse battery #1 staple", "a # follows a blank"),
    (f"BACKUP_PASSPHRASE={SECRET} horse battery # staple", "a # follows a blank"),
    (f"LITESTREAM_SECRET_ACCESS_KEY={SECRET} # the new one", "a # follows a blank"),
    (f"UPLOAD_FOLDER=/srv/{SECRET} #2", "a # follows a blank"),
    (f"SECRET_KEY=#{SECRET}", "begins with #"),
    (f'BACKUP_PASSPHRASE="{SECRET} horse battery', "is not closed"),
    (f"BACKUP_PASSPHRASE='{SECRET} horse battery", "is not closed"),
    (f"BACKUP_PASSPHRASE='{SECRET} don't battery'", "follows the closing quote"),
    (f'BACKUP_PASSPHRASE="{SECRET}" horse', "follows the closing quote"),
    (f'BACKUP_PASSPHRASE="{SECRET}"#1', "follows the closing quote"),
    (f"BACKUP_PASSPHRASE: {SECRET} horse battery", "expected NAME=value"),
    (f'BACKUP_PASSPHRASE: "{SECRET} horse = battery"', "expected NAME=value"),
    (f"BACKUP_PASSPHRASE {SECRET}", "expected NAME=value"),
    ("BACKUP_PASSPHRASE", "expected NAME=value"),
    ("export BACKUP_PASSPHRASE", "expected NAME=value"),
    (f"set SECRET_KEY={SECRET}", "expected NAME=value"),
    (f"={SECRET}", "expected NAME=value"),
    (f'"SECRET_KEY"={SECRET}', "expected NAME=value"),
    (f"SECRET_KEY=${SECRET}", "has a $"),
    (f"SECRET_KEY=a$${SECRET}", "has a $"),
    (f'SECRET_KEY="${SECRET}"', "has a $"),
    (f"SECRET_KEY=\\${{HOME}}{SECRET}", "has a $"),
    (f'SECRET_KEY="\\${SECRET}"', "has a $"),
    (f"SECRET_KEY=${{HOME:-{SECRET}}}", "has a $"),
    ("SECRET_KEY=${NOWHERE}", "${NOWHERE} is not set"),
    (f'SECRET_KEY="{SECRET}\\n"', "a backslash"),
    (f"SECRET_KEY='{SECRET}\\\\x'", "a backslash"),
    (f"SECRET_KEY='{SECRET}\\'", "a backslash"),
    (f"BACKUP_PASSPHRASE=“{SECRET} horse”", "a typographic quote"),
    (f"SECRET_KEY={SECRET}\x00", "not visible"),
    (f"SECRET_KEY={SECRET}\u00a0", "not visible"),
    (f"SECRET_KEY={SECRET}\tx", "a tab"),
    (f"TRUSTED_PROXY={SECRET}", "did you mean TRUSTED_PROXIES?"),
    (f"BACKUP_PASSWORD={SECRET}", "did you mean BACKUP_PASSPHRASE?"),
    (f"SECRETKEY={SECRET}", "did you mean SECRET_KEY?"),
    (f"CORS_ORIGIN={SECRET}", "did you mean CORS_ORIGINS?"),
    (f"HOLDFAST_PORTS={SECRET}", "did you mean HOLDFAST_PORT?"),
    (f"secret_key={SECRET}", "SECRET_KEY"),
]


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
